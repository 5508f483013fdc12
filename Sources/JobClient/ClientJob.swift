package import JobProtocol
internal import Jobs
internal import Varlink

extension JobClient {
    /// Where a job stands.
    public enum State: String, Sendable, CaseIterable {
        /// Waits for a time.
        case scheduled
        /// Could run; waits for a worker.
        case ready
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
            case .scheduled: self = .scheduled
            case .ready: self = .ready
            case .running: self = .running
            case .succeeded: self = .succeeded
            case .failed: self = .failed
            case .cancelled: self = .cancelled
            }
        }

        var name: JobState.Name {
            switch self {
            case .scheduled: .scheduled
            case .ready: .ready
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
        /// Why it failed, in words: exit code, signal, timeout, could not start, interrupted, lost.
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
        /// When its last attempt began.
        public var started: String? { view.started?.description }
        /// When its state became final.
        public var ended: String? { view.ended?.description }
        /// Its attempts, oldest first.
        public var attempts: [Attempt] { view.attempts.map(Attempt.init) }
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

    /// What became of a job that was submitted.
    public struct Submitted: Sendable, Equatable {
        /// The number that names it.
        public let id: Int64
        /// The queue it is in.
        public let queue: String
        /// Where it stood when it was stored.
        public let state: State
        /// Whether an earlier submit with the same token had made it.
        public let isRepeat: Bool
        /// The jobs that waited before it.
        public let ahead: Int

        package init(id: Int64, queue: String, state: State, isRepeat: Bool, ahead: Int) {
            self.id = id
            self.queue = queue
            self.state = state
            self.isRepeat = isRepeat
            self.ahead = ahead
        }
    }

    /// What became of a job that was to be cancelled.
    public enum Cancelled: Sendable, Equatable {
        /// It was waiting and will not run.
        case cancelled
        /// Its processes are being stopped; wait for it to see the end.
        case stopping
        /// It had ended before, in that state.
        case ended(State)
        /// There is no such job, or it is not yours.
        case unknown

        init(_ item: CancelCall.Answer.Item) {
            switch item.result {
            case .cancelled: self = .cancelled
            case .stopping: self = .stopping
            case .ended: self = .ended(item.state.flatMap(State.init(rawValue:)) ?? .cancelled)
            case .unknown: self = .unknown
            }
        }
    }
}
