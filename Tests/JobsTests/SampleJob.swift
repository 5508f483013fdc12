import Jobs

/// A job in each of the states that the state machine tells apart.
enum SampleJob: String, CaseIterable, Sendable {
    case blocked, scheduled, ready, parked, held, running, stopping, succeeded, failed, cancelled

    static let then = Timestamp(nanoseconds: 1_000)
    static let now = then + .seconds(10)
    /// The time that the job waits for, where it waits for one.
    static let start = then + .seconds(60)
    static let resource = Resource.named("gpu")
    /// Attempts before the event.
    static let attempts = 2

    var state: JobState {
        switch self {
        case .blocked: .blocked(notBefore: Self.start)
        case .scheduled: .scheduled(until: Self.start)
        case .ready: .ready(since: Self.then)
        case .parked: .ready(since: Self.then, lacks: Self.resource)
        case .held: .held(notBefore: Self.start)
        case .running: .running(attempt: Self.attempts)
        case .stopping: .running(attempt: Self.attempts, isStopping: true)
        case .succeeded: .succeeded
        case .failed: .failed(.attempt(.exited(code: 1)))
        case .cancelled: .cancelled
        }
    }

    /// A job in that state: one that waits for others waits for two.
    var job: Job {
        Self.job(
            state, attempts: Self.attempts,
            openDependencies: [.blocked, .held, .failed, .cancelled].contains(self) ? 2 : 0)
    }

    static func job(
        _ state: JobState, attempts: Int = 1, spent: Int = 0, crashes: Int = 0, openDependencies: Int = 0,
        spec: JobSpec = JobSpec(command: Command(arguments: ["true"]))
    ) -> Job {
        Job(
            id: JobID(rawValue: 7), spec: spec, submitter: Submitter(user: 1_000, group: 1_000), submitted: then,
            firstState: .ready, state: state, attempts: attempts, spentAttempts: spent, crashes: crashes,
            openDependencies: openDependencies, ended: state.isFinal ? then : nil)
    }
}
