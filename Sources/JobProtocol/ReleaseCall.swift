package import Jobs

/// `io.jobd.Jobs.Release`: jobs that are held may start.
///
/// It is answered by a `ChangeAnswer`.
package struct ReleaseCall: IDsCall {
    package static let method = "io.jobd.Jobs.Release"

    package var ids: [JobID]

    package init(ids: [JobID]) {
        self.ids = ids
    }
}
