internal import JobProtocol
internal import Jobs

extension JobClient {
    /// Which jobs to list; all that you may see where nothing is set.
    public struct Filter: Sendable, Equatable {
        /// Jobs in one of these states; empty is any.
        public var states: [State]
        /// Jobs of one of these queues; empty is any.
        public var queues: [String]
        /// Jobs of this user, by name or number.
        public var user: String?
        /// Jobs of this name.
        public var name: String?

        /// A filter.
        public init(states: [State] = [], queues: [String] = [], user: String? = nil, name: String? = nil) {
            self.states = states
            self.queues = queues
            self.user = user
            self.name = name
        }

        func call(before: Int64?, limit: Int) throws(JobClientError) -> ListCall {
            var names: [QueueName] = []
            for queue in queues { names.append(try JobClient.name(queue)) }
            return ListCall(
                states: states.map(\.name), queues: names, user: user, name: name,
                before: before.map(JobID.init), limit: limit)
        }
    }

    /// Some of the jobs that match, newest first.
    public struct Page: Sendable, Equatable {
        /// The jobs.
        public let jobs: [Job]
        /// What to give as `before` for the next page; nil after the last one.
        public let next: Int64?
    }
}
