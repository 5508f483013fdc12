internal import JobProtocol
internal import Jobs

extension JobClient {
    /// Another job that a job waits for, or has waited for.
    public struct Dependency: Sendable, Equatable {
        /// How the other job must end.
        public enum Condition: String, Sendable, CaseIterable {
            /// It must succeed.
            case succeeded
            /// It must end, however.
            case ended
            /// It must fail or be cancelled.
            case failed
        }

        /// The number of the other job.
        public let job: Int64
        /// How it must end.
        public let condition: Condition

        init(_ dependency: Jobs.Dependency) {
            job = dependency.on.rawValue
            condition =
                switch dependency.condition {
                case .succeeded: .succeeded
                case .ended: .ended
                case .failed: .failed
                }
        }
    }

    /// A step of a job's life.
    public struct Transition: Sendable, Equatable {
        private let view: TransitionView

        init(_ view: TransitionView) {
            self.view = view
        }

        /// When it was.
        public var at: String { view.at.description }
        /// Who did it: the name of a user, or `jobd`.
        public var by: String { view.by }
        /// What was done: `submitted`, `started`, `ended` (an attempt), `due`, `dependenciesMet`, `dependencyFailed`,
        /// `expired`, `held`, `released`, `cancelRequested` (of a running job), `cancelled`, `replaced`, `retried` or
        /// `edited`.
        public var event: String { view.event }
        /// More about it, for people.
        public var detail: String? { view.detail }
        /// The attempt that it is about.
        public var attempt: Int? { view.attempt }
        /// The other job that it is about.
        public var job: Int64? { view.job?.rawValue }
        /// Where the job stood afterwards.
        public var state: State { State(view.state) }
    }
}
