internal import JobProtocol
internal import Jobs

extension JobClient {
    /// What became of a job that was submitted.
    public struct Submitted: Sendable, Equatable {
        /// By what a job was recognised that was there already.
        public enum Existing: String, Sendable, CaseIterable {
            /// An earlier submit with the same token had made it.
            case token
            /// It has not ended, and has the same key.
            case key
        }

        /// The number that names it.
        public let id: Int64
        /// The queue it is in.
        public let queue: String
        /// Where it stood when it was stored.
        public let state: State
        /// Why it was there already; nil where this submit made it.
        public let existing: Existing?
        /// The jobs that waited before it.
        public let ahead: Int
        /// Whether its queue is paused: it will not start before somebody resumes it.
        public let isQueuePaused: Bool
        /// The limits to which it is held only nearly, as the protocol calls them: each process by itself, or all
        /// processes of its user.
        public let approximateLimits: [String]

        package init(
            id: Int64, queue: String, state: State, existing: Existing? = nil, ahead: Int = 0,
            isQueuePaused: Bool = false, approximateLimits: [String] = []
        ) {
            self.id = id
            self.queue = queue
            self.state = state
            self.existing = existing
            self.ahead = ahead
            self.isQueuePaused = isQueuePaused
            self.approximateLimits = approximateLimits
        }

        init(_ job: SubmitCall.Answer.Stored) throws(JobClientError) {
            guard let state = State(rawValue: job.state) else { throw .brokenReply("\(job.state) is no state") }
            self.init(
                id: job.id.rawValue, queue: job.queue, state: state,
                existing: job.existing.flatMap { Existing(rawValue: $0.rawValue) }, ahead: job.ahead,
                isQueuePaused: job.isPaused, approximateLimits: job.approximate)
        }
    }
}
