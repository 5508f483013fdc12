import JobProtocol
import JobRunner
import JobService
import JobStore
import Jobs
import Threading
import Varlink
import VarlinkServer

/// What the method handlers work with.
final class DaemonContext: Sendable {
    let service: JobService
    let authorizer: Authorizer
    let names: AccountNames
    let files: OutputFiles
    /// Runs what reads the store or a file: the I/O thread must not.
    let readers: ThreadPoolExecutor
    let streams = OpenStreams()
    let facts: DaemonFacts
    let isDraining = Event()

    init(
        service: JobService, authorizer: Authorizer, names: AccountNames, files: OutputFiles,
        readers: ThreadPoolExecutor, facts: DaemonFacts
    ) {
        self.service = service
        self.authorizer = authorizer
        self.names = names
        self.files = files
        self.readers = readers
        self.facts = facts
    }

    /// A job with its attempts as clients see it.
    func view(of job: Job) throws(JobStoreError) -> JobView {
        let attempts = job.attempts == 0 ? [] : try service.attempts(of: job.id)
        return JobView(job, attempts: attempts, user: names.name(of: job.submitter.user))
    }
}

/// What does not change while the daemon runs.
struct DaemonFacts: Sendable {
    let started: Timestamp
    let user: UInt32
    let stateDirectory: String
    /// The file that was read, where there was one.
    let configuration: String?
    let containment: String
}
