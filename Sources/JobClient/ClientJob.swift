package import JobProtocol
internal import Jobs
internal import Varlink

extension JobClient {
    /// Where a job stands.
    public enum State: String, Sendable, CaseIterable {
        /// Waits for other jobs.
        case blocked
        /// Waits for a time.
        case scheduled
        /// Could run; waits for a worker, or for a resource.
        case ready
        /// Waits for somebody to release it.
        case held
        /// A worker runs it.
        case running
        /// It ended well.
        case succeeded
        /// It ended otherwise; ``Job/reason`` says how.
        case failed
        /// Somebody asked that it should not run, or not run on.
        case cancelled

        /// Whether a job in this state will never run again by itself.
        public var isFinal: Bool { name.isFinal }

        init(_ name: JobState.Name) {
            switch name {
            case .blocked: self = .blocked
            case .scheduled: self = .scheduled
            case .ready: self = .ready
            case .held: self = .held
            case .running: self = .running
            case .succeeded: self = .succeeded
            case .failed: self = .failed
            case .cancelled: self = .cancelled
            }
        }

        var name: JobState.Name {
            switch self {
            case .blocked: .blocked
            case .scheduled: .scheduled
            case .ready: .ready
            case .held: .held
            case .running: .running
            case .succeeded: .succeeded
            case .failed: .failed
            case .cancelled: .cancelled
            }
        }
    }

    /// A job as it was when the daemon was asked.
    public struct Job: Sendable, Equatable {
        package let view: JobView

        init(_ view: JobView) {
            self.view = view
        }

        /// The number that names it.
        public var id: Int64 { view.id.rawValue }
        /// Where it stands.
        public var state: State { State(view.state) }
        /// Why it failed, as a word: `exited`, `signalled`, `timedOut`, `couldNotStart`, `interrupted`, `lost`,
        /// `dependency`, `expired` or `poison`.
        public var failure: String? { view.failure }
        /// The same in words.
        public var reason: String? { view.reason }
        /// The code its program exited with, where it did.
        public var exitCode: Int? { view.exitCode }
        /// The signal that ended its program, as in `SIGKILL`, where one did.
        public var signal: String? { view.signal }
        /// The queue it is in.
        public var queue: String { view.queue }
        /// Its name for people.
        public var name: String? { view.name }
        /// The program and its arguments.
        public var command: [String] { view.command }
        /// Whose job it is.
        public var user: String { view.user }
        /// When it was submitted: RFC 3339 in UTC, like all times.
        public var submitted: String { view.submitted.description }
        /// The time before which it may not start, where it waits for one.
        public var due: String? { view.due?.description }
        /// When its last attempt began.
        public var started: String? { view.started?.description }
        /// When its state became final.
        public var ended: String? { view.ended?.description }
        /// How many attempts it has begun.
        public var attemptCount: Int { view.attemptCount }
        /// The newest of them, oldest first: up to 100, and in a list of jobs only the last one.
        public var attempts: [Attempt] { view.attempts.map(Attempt.init) }
        /// How many jobs it waits for that have not ended.
        public var openDependencies: Int { view.openDependencies }
        /// The first 100 of the jobs that it waits for or has waited for; empty where it came in a list of jobs.
        public var dependencies: [Dependency] { view.details?.dependencies.map(Dependency.init) ?? [] }
        /// The newest 100 steps of its life, oldest first; empty where it came in a list of jobs.
        public var history: [Transition] { view.details?.history.map(Transition.init) ?? [] }
        /// All that the daemon said of it, as JSON text.
        public var json: String { JSONValue.object(view.json).description }
    }

    /// One run of a job.
    public struct Attempt: Sendable, Equatable {
        private let view: AttemptView

        init(_ view: AttemptView) {
            self.view = view
        }

        /// Counts from 1.
        public var number: Int { view.number }
        /// The machine that ran it.
        public var node: String { view.node }
        /// When it began.
        public var started: String { view.claimed.description }
        /// When it ended; nil while it runs, like all that follows.
        public var ended: String? { view.ended?.description }
        /// `exited`, `signalled`, `timedOut`, `cancelled`, `couldNotStart`, `interrupted` or `lost`.
        public var outcome: String? { view.outcome }
        /// The outcome in words, unless it is success.
        public var reason: String? { view.reason }
        /// The code its program exited with, where it did.
        public var exitCode: Int? { view.exitCode }
        /// The signal that ended its program, where one did.
        public var signal: String? { view.signal }
        /// Processor time in its own code and in the kernel.
        public var processorTime: Duration? { view.cost.map { $0.userTime + $0.systemTime } }
        /// The largest resident set of any one of its processes, in bytes; nil where that is not known either.
        public var maxResidentBytes: Int64? { view.cost?.maxResident }
    }
}
