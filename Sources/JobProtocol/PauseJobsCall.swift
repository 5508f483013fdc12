package import Jobs

/// `io.jobd.Jobs.Pause`: jobs that run stand still, with all their processes.
///
/// It is answered by a `ChangeAnswer`.
package struct PauseJobsCall: IDsCall {
    package static let method = "io.jobd.Jobs.Pause"

    package var ids: [JobID]

    package init(ids: [JobID]) {
        self.ids = ids
    }
}
