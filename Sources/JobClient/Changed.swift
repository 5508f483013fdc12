internal import JobProtocol
internal import Jobs

extension JobClient {
    /// What became of a job that was to be changed.
    public enum Changed: Sendable, Equatable {
        /// It is done; the job is in this state now.
        case done(State)
        /// It cannot be.
        case refused(Refusal)
        /// There is no such job, or it is not yours.
        case unknown

        init(_ item: ChangeAnswer.Item) throws(JobClientError) {
            switch item.result {
            case .done(let text):
                guard let state = State(rawValue: text) else { throw .brokenReply("\(text) is no state") }
                self = .done(state)
            case .refused(let refusal): self = .refused(Refusal(refusal))
            case .unknown: self = .unknown
            }
        }
    }

    /// Why a job cannot be changed so.
    public struct Refusal: Sendable, Equatable {
        /// A word for programs: `ended`, `notPossible`, `keyTaken`, `dependencyFailed`, `dependencyGone`, `hasStarted`,
        /// `rootOnly`, or for an edit what a submit of such a job is refused with: `NoSuchQueue`, `TooManySlots`.
        public let reason: String
        /// For people: the rest of a sentence that begins with the job.
        public let sentence: String
        /// The state that it is in, where that is the reason.
        public let state: State?
        /// The other job that is the reason.
        public let job: Int64?

        package init(reason: String, sentence: String, state: State? = nil, job: Int64? = nil) {
            self.reason = reason
            self.sentence = sentence
            self.state = state
            self.job = job
        }

        init(_ refusal: ChangeAnswer.Refusal) {
            self.init(
                reason: refusal.reason, sentence: refusal.sentence,
                state: refusal.state.flatMap(State.init(rawValue:)), job: refusal.job?.rawValue)
        }
    }

    /// What is to be different in a job; what is nil stays as it is.
    ///
    ///     var edit = JobClient.Edit()
    ///     edit.priority = 10
    ///     edit.start = .atOnce
    ///     try jobs.edit([42], edit)
    public struct Edit: Sendable, Equatable {
        /// When a job may start.
        public enum Start: Sendable, Equatable {
            /// Not before that time: RFC 3339 with any offset.
            case at(String)
            /// Not before so long after now, in whole milliseconds.
            case after(Duration)
            /// Now.
            case atOnce
        }

        /// The queue it moves to.
        public var queue: String?
        /// A name for people.
        public var name: String?
        /// From -1000 to 1000; higher runs first within the queue.
        public var priority: Int?
        /// When it may start.
        public var start: Start?
        /// The program and its arguments; only before the first start.
        public var command: [String]?

        /// An edit that changes nothing yet.
        public init() {}
    }
}
