internal import JobProtocol
internal import Varlink

extension JobClient.Edit {
    /// Checks what can be checked without the daemon.
    ///
    /// - Throws: ``JobClientError/invalidRequest(field:problem:)``, with the name that the field has in the protocol.
    public func validate() throws(JobClientError) {
        // Which jobs makes no difference.
        _ = try call(for: [1])
    }

    /// The checked call.
    func call(for ids: [Int64]) throws(JobClientError) -> EditCall {
        var object: JSONObject = ["ids": .array(ids.map { .integer($0) })]
        object.append("queue", queue.map { .string($0) })
        object.append("name", name.map { .string($0) })
        object.append("priority", priority.map { JSONValue($0) })
        switch start {
        case .at(let time): object.append("at", .string(time))
        case .after(let delay): object.append("delayMilliseconds", JSONValue(delay.wholeMilliseconds))
        case .atOnce: object.append("now", true)
        case nil: break
        }
        object.append("command", command.map { .array($0.map { .string($0) }) })
        do {
            return try EditCall(object)
        } catch {
            throw .invalidRequest(field: error.path, problem: error.problem)
        }
    }
}
