package import Jobs

/// `io.jobd.Jobs.Resume`: jobs that stand still go on.
///
/// It is answered by a `ChangeAnswer`.
package struct ResumeJobsCall: IDsCall {
    package static let method = "io.jobd.Jobs.Resume"

    package var ids: [JobID]

    package init(ids: [JobID]) {
        self.ids = ids
    }
}
