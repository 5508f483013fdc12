package import JobProtocol
internal import Jobs
internal import Varlink

extension JobClient {
    /// A queue: what holds for it, and how many of its jobs are in which state.
    public struct Queue: Sendable {
        package let view: QueueView

        package init(_ view: QueueView) {
            self.view = view
        }

        /// Its name.
        public var name: String { view.name }
        /// How many jobs it runs at a time; 0 where it is no longer configured.
        public var workers: Int { view.workers }
        /// How many it may start per time, as in `10/1min`; nil is as many as it can.
        public var rate: String? { view.rate }
        /// How long an attempt of its jobs may take, unless the job says otherwise; nil is for ever.
        public var timeout: Duration? { view.timeout }
        /// From TERM to KILL, unless the job says otherwise.
        public var killAfter: Duration? { view.killAfter }
        /// How often a job of it is tried again, unless the job says otherwise.
        public var retries: Int { view.retries }
        /// The longest wait before the first retry, unless the job says otherwise.
        public var backoff: Duration? { view.backoff }
        /// The settings that were made while the daemon ran, and win over the configuration's.
        public var madeSettings: [String] { view.made }
        /// That somebody paused it; nil where nobody did.
        public var pause: Pause? { view.pause.map(Pause.init) }

        /// How many of its jobs, whosever they are, are in that state.
        public func count(_ state: State) -> Int { view.counts[state.name] ?? 0 }

        /// All that the daemon said of it, as JSON text.
        public var json: String { JSONValue.object(view.json).description }
    }

    /// What becomes of the jobs that run when their queue is paused.
    public enum PauseMode: String, Sendable, CaseIterable {
        /// They go on.
        case drain
        /// They are frozen until the queue is resumed.
        case freeze
    }

    /// That somebody paused a queue.
    public struct Pause: Sendable, Equatable {
        /// What became of the jobs that ran.
        public let mode: PauseMode
        /// The name of who did it.
        public let by: String
        /// When.
        public let since: String

        init(_ pause: QueueView.Pause) {
            mode =
                switch pause.mode {
                case .drain: .drain
                case .freeze: .freeze
                }
            by = pause.by
            since = pause.since.description
        }
    }
}
