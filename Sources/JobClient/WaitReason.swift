package import JobProtocol
internal import Jobs
internal import Varlink

extension JobClient {
    /// The one reason why a job does not run now, and what would change that.
    public struct WaitReason: Sendable, Equatable {
        package let answer: WhyCall.Answer

        package init(_ answer: WhyCall.Answer) {
            self.answer = answer
        }

        /// Where the job stands.
        public var state: State { State(answer.state) }
        /// The reason as a word: `running`, `stopping`, `frozen`, `ended`, `blocked`, `scheduled`, `backoff`, `held`,
        /// `noQueue`, `paused`, `draining`, `noSpace`, `resource`, `limit`, `rate`, `busy` or `next`.
        public var kind: String { answer.kind }
        /// The reason for people: the rest of a sentence that begins with the job.
        public var sentence: String { answer.sentence }
        /// What would change it, with the command to run; nil where nothing need be done.
        public var remedy: String? { answer.remedy }
        /// When the reason will be gone by itself, where that is known.
        public var until: String? { answer.until?.description }
        /// All that the daemon said, with the details that belong to the kind, as JSON text.
        public var json: String { JSONValue.object(answer.parameters).description }
    }
}
