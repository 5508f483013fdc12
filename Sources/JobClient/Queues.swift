internal import JobProtocol
internal import Jobs
internal import Varlink

extension JobClient {
    /// All queues, by name.
    public func queues() throws(JobClientError) -> [Queue] {
        try ask(QueuesCall.method, [:]) { try QueuesCall.Answer($0).queues.map(Queue.init) }
    }

    /// Changes settings of a queue, all or none, at once and for good; only for administrators.
    ///
    /// - Parameter settings: `workers`, `rate`, `timeout`, `kill_after`, `retries` and `backoff`, with values as in the
    ///   configuration; nil goes back to what that says.
    public func set(_ settings: [String: String?], of queue: String) throws(JobClientError) {
        let call = SetCall(queue: try Self.name(queue), settings: settings)
        try ask(SetCall.method, call.parameters) { _ in }
    }

    /// Starts nothing more in a queue until it is resumed; only for administrators.
    public func pause(_ queue: String, _ mode: PauseMode = .drain) throws(JobClientError) {
        let call = PauseCall(queue: try Self.name(queue), mode: mode == .drain ? .drain : .freeze)
        try ask(PauseCall.method, call.parameters) { _ in }
    }

    /// Goes on with a queue that was paused; only for administrators.
    public func resume(_ queue: String) throws(JobClientError) {
        try ask(ResumeCall.method, ResumeCall(queue: try Self.name(queue)).parameters) { _ in }
    }

    static func name(_ queue: String) throws(JobClientError) -> QueueName {
        guard let name = QueueName(queue) else {
            throw .invalidRequest(field: "queue", problem: "must be \(QueueName.rule)")
        }
        return name
    }
}
