import JobProtocol
import JobRunner
import JobService
import JobStore
import Jobs
import Sealing
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
    let key: StoreKey
    let reloader: Reloader
    let backups: Backups
    let instruments: Instruments
    let metrics: MetricsEndpoint
    let reexecution: Reexecution

    var isDraining: Event { instruments.isDraining }

    init(
        service: JobService, authorizer: Authorizer, names: AccountNames, files: OutputFiles,
        readers: ThreadPoolExecutor, facts: DaemonFacts,
        key: StoreKey, reloader: Reloader, backups: Backups, instruments: Instruments, metrics: MetricsEndpoint,
        reexecution: Reexecution
    ) {
        self.service = service
        self.authorizer = authorizer
        self.names = names
        self.files = files
        self.readers = readers
        self.facts = facts
        self.key = key
        self.reloader = reloader
        self.backups = backups
        self.instruments = instruments
        self.metrics = metrics
        self.reexecution = reexecution
    }

    /// What holds now.
    var configuration: LiveConfiguration { reloader.configuration }

    /// A job as clients see it.
    ///
    /// - Parameter attempts: at most so many of its attempts, the newest.
    func view(of job: Job, attempts limit: Int) throws(JobStoreError) -> JobView {
        JobView(
            job, attempts: try attempts(of: job, limit), user: names.name(of: job.submitter.user),
            isFrozen: service.isFrozen(job))
    }

    /// A job with all that a client is told of it.
    func detailedView(of job: Job) throws(JobStoreError) -> JobView {
        let details = JobDetails(
            dependencies: try service.dependencies(of: job.id, limit: Limits.dependenciesPerJob),
            history: try service.history(of: job, last: JobDetails.longestRead), user: names.name)
        return JobView(
            job, attempts: try attempts(of: job, JobDetails.longestList), user: names.name(of: job.submitter.user),
            isFrozen: service.isFrozen(job), details: details)
    }

    private func attempts(of job: Job, _ limit: Int) throws(JobStoreError) -> [Attempt] {
        job.attempts == 0 ? [] : try service.attempts(of: job.id, last: limit)
    }

    /// All queues as clients see them, by name.
    func queues() throws(JobStoreError) -> [QueueView] {
        let counts = try service.counts()
        let configured = service.queues
        // A queue that is no longer configured has no workers, and perhaps jobs.
        let others = Set(counts.queues.keys).subtracting(configured.map(\.settings.name)).map { name in
            QueueView(name: name.text, workers: 0, counts: counts.queues[name] ?? [:])
        }
        let views = configured.map { QueueView($0, counts: counts.queues[$0.settings.name] ?? [:], user: names.name) }
        return (views + others).sorted { $0.name < $1.name }
    }
}

extension QueueView {
    /// - Parameter user: the name of a user by number.
    fileprivate init(_ queue: QueueStatus, counts: [JobState.Name: Int], user: (UInt32) -> String) {
        let settings = queue.settings
        self.init(
            name: settings.name.text, workers: settings.workers, rate: settings.rate?.description,
            timeout: settings.timeout, killAfter: settings.killAfter, retries: settings.retries,
            backoff: settings.backoff, made: queue.made.map(\.rawValue).sorted(),
            pause: queue.pause.map { Pause($0, user: user) }, counts: counts)
    }
}

extension QueueView.Pause {
    fileprivate init(_ pause: QueuePause, user: (UInt32) -> String) {
        let mode: PauseCall.Mode =
            switch pause.mode {
            case .drain: .drain
            case .freeze: .freeze
            }
        let by =
            switch pause.by {
            case .daemon: "jobd"
            case .user(let number): user(number)
            }
        self.init(mode: mode, by: by, since: pause.since)
    }
}

/// What does not change while the daemon runs.
struct DaemonFacts: Sendable {
    let started: Timestamp
    let user: UInt32
    let stateDirectory: String
    let containment: String
    /// Whether each attempt has a cgroup.
    let hasCgroups: Bool
    /// The control group that it was started in.
    let cgroup: String?

    /// The unit of the service manager that runs it; `nil` where none does.
    var unit: String? {
        let name = cgroup?.split(separator: "/").last { $0.hasSuffix(".service") }.map(String.init)
        return name?.hasPrefix("user@") == true ? nil : name
    }

    /// As whom jobs run.
    var mode: StatusCall.Answer.Mode {
        if user == 0 { return .system }
        return unit != nil && cgroup?.hasPrefix("/user.slice/") == false ? .unprivileged : .user
    }
}
