package import Jobs

/// `io.jobd.Jobs.Hold`: jobs that wait do not start before they are released.
///
/// It is answered by a `ChangeAnswer`.
package struct HoldCall: IDsCall {
    package static let method = "io.jobd.Jobs.Hold"

    package var ids: [JobID]

    package init(ids: [JobID]) {
        self.ids = ids
    }
}
