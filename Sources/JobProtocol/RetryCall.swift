package import Jobs

/// `io.jobd.Jobs.Retry`: jobs that have ended run once more, under their number.
///
/// It is answered by a `ChangeAnswer`.
package struct RetryCall: IDsCall {
    package static let method = "io.jobd.Jobs.Retry"

    package var ids: [JobID]

    package init(ids: [JobID]) {
        self.ids = ids
    }
}
