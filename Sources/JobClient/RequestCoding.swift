internal import JobProtocol
internal import Jobs
internal import Varlink

extension JobRequest {
    /// Checks what can be checked without the daemon.
    ///
    /// - Throws: ``JobClientError/invalidRequest(field:problem:)``, with the name that the field has in the protocol:
    ///   `timeoutMilliseconds`.
    public func validate() throws(JobClientError) {
        do {
            _ = try Self.call(for: [self])
        } catch {
            throw error.ofOnlyJob
        }
    }

    /// The checked call that submits the jobs.
    ///
    /// - Throws: ``JobClientError/inJob(index:_:)``.
    static func call(for requests: [JobRequest]) throws(JobClientError) -> SubmitCall {
        do {
            return try SubmitCall(["jobs": .array(requests.map { .object($0.parameters) })])
        } catch {
            throw JobClientError(JobError(error))
        }
    }

    var parameters: JSONObject {
        var object: JSONObject = ["command": .array(command.map { .string($0) })]
        object.append("queue", queue.map { .string($0) })
        object.append("name", name.map { .string($0) })
        object.append("directory", directory.map { .string($0) })
        if !environment.isEmpty { object.append("environment", .object(JSONObject(environment))) }
        object.append("priority", JSONValue(priority))
        object.append("delayMilliseconds", delay.map { JSONValue($0.wholeMilliseconds) })
        object.append("at", at.map { .string($0) })
        object.append("expiresMilliseconds", expires.map { JSONValue($0.wholeMilliseconds) })
        object.append("timeoutMilliseconds", timeout.map { JSONValue($0.wholeMilliseconds) })
        object.append("killAfterMilliseconds", killAfter.map { JSONValue($0.wholeMilliseconds) })
        if isHeld { object.append("hold", true) }
        object.append("retries", retries.map { JSONValue($0) })
        object.append("backoffMilliseconds", backoff.map { JSONValue($0.wholeMilliseconds) })
        if !retryOn.isEmpty { object.append("retryOn", .array(retryOn.map { JSONValue($0) })) }
        if !successCodes.isEmpty { object.append("successCodes", .array(successCodes.map { JSONValue($0) })) }
        object.append("onInterrupt", onInterrupt.map { .string($0.rawValue) })
        for (name, ids) in [("after", after), ("afterAny", afterAny), ("afterFail", afterFail)] where !ids.isEmpty {
            object.append(name, .array(ids.map { .integer($0) }))
        }
        if let key {
            object.append("key", .string(key))
            object.append("onKeyConflict", .string(onKeyConflict.rawValue))
        }
        object.append("slots", JSONValue(slots))
        if !needs.isEmpty { object.append("needs", Self.amounts(needs)) }
        if !limits.isEmpty { object.append("limits", Self.amounts(limits)) }
        appendSurroundings(to: &object)
        object.append("token", token.map { .string($0) })
        return object
    }

    private func appendSurroundings(to object: inout JSONObject) {
        object.append("umask", umask.map { .string($0) })
        object.append("nice", nice.map { JSONValue($0) })
        object.append("ioPriority", ioPriority.map { .string($0) })
        if !processLimits.isEmpty { object.append("processLimits", .object(JSONObject(processLimits))) }
        object.append("memoryBytes", memory.map { .integer($0) })
        object.append("swapBytes", swap.map { .integer($0) })
        object.append("cpuPercent", cpuPercent.map { JSONValue($0) })
        object.append("tasks", tasks.map { JSONValue($0) })
        object.append("ioWeight", ioWeight.map { JSONValue($0) })
        object.append("killSignal", killSignal.map { .string($0) })
        object.append("isolation", isolation.map { .string($0.rawValue) })
        if !properties.isEmpty { object.append("properties", .array(properties.map { .string($0) })) }
        object.append("inputFile", inputFile.map { .string($0) })
        object.append("inputBase64", input.map { .string(Base64.encode($0)) })
        if !secrets.isEmpty { object.append("secrets", .object(JSONObject(secrets.mapValues(Base64.encode)))) }
    }

    private static func amounts(_ amounts: [String: Int]) -> JSONValue {
        var object = JSONObject()
        for (name, amount) in amounts.sorted(by: { $0.key < $1.key }) { object.append(name, JSONValue(amount)) }
        return .object(object)
    }
}
