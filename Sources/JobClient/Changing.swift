internal import JobProtocol
internal import Jobs
internal import Varlink

extension JobClient {
    /// Cancels jobs: one that waits will not run, one that runs is stopped.
    ///
    /// - Returns: what became of each, in the order of the ids.
    public func cancel(_ ids: [Int64]) throws(JobClientError) -> [Cancelled] {
        try inParts(ids) { part throws(JobClientError) in
            try ask(CancelCall.method, CancelCall(ids: part).parameters) { reply in
                try CancelCall.Answer(reply).jobs.map(Cancelled.init)
            }
        }
    }

    /// Holds jobs that wait: they do not start before they are released.
    ///
    /// - Returns: what became of each, in the order of the ids.
    public func hold(_ ids: [Int64]) throws(JobClientError) -> [Changed] {
        try inParts(ids) { part throws(JobClientError) in try change(HoldCall(ids: part)) }
    }

    /// Releases jobs that are held.
    ///
    /// - Returns: what became of each, in the order of the ids.
    public func release(_ ids: [Int64]) throws(JobClientError) -> [Changed] {
        try inParts(ids) { part throws(JobClientError) in try change(ReleaseCall(ids: part)) }
    }

    /// Lets jobs that have ended run once more, under their number, with all their retries.
    ///
    /// - Returns: what became of each, in the order of the ids.
    public func retry(_ ids: [Int64]) throws(JobClientError) -> [Changed] {
        try inParts(ids) { part throws(JobClientError) in try change(RetryCall(ids: part)) }
    }

    /// Sends a signal, by its name or number, to all processes of jobs that run.
    ///
    /// - Returns: what became of each, in the order of the ids.
    public func send(signal: String, to ids: [Int64]) throws(JobClientError) -> [Changed] {
        guard let signal = SignalNumber(signal) else {
            throw .invalidRequest(field: "signal", problem: "must be a signal, like INT or SIGUSR1")
        }
        return try inParts(ids) { part throws(JobClientError) in
            try changed(SignalCall.method, SignalCall(ids: part, signal: signal).parameters)
        }
    }

    /// Lets jobs that run stand still, with all their processes.
    ///
    /// - Returns: what became of each, in the order of the ids.
    public func pause(_ ids: [Int64]) throws(JobClientError) -> [Changed] {
        try inParts(ids) { part throws(JobClientError) in try change(PauseJobsCall(ids: part)) }
    }

    /// Lets jobs go on that were paused.
    ///
    /// - Returns: what became of each, in the order of the ids.
    public func resume(_ ids: [Int64]) throws(JobClientError) -> [Changed] {
        try inParts(ids) { part throws(JobClientError) in try change(ResumeJobsCall(ids: part)) }
    }

    /// Changes jobs that wait.
    ///
    /// - Returns: what became of each, in the order of the ids.
    public func edit(_ ids: [Int64], _ edit: Edit) throws(JobClientError) -> [Changed] {
        var call = try edit.call(for: [1])
        return try inParts(ids) { part throws(JobClientError) in
            call.ids = part
            return try changed(EditCall.method, call.parameters)
        }
    }

    private func change<Call: IDsCall>(_ call: Call) throws(JobClientError) -> [Changed] {
        try changed(Call.method, call.parameters)
    }

    private func changed(_ method: String, _ parameters: JSONObject) throws(JobClientError) -> [Changed] {
        try ask(method, parameters) { try ChangeAnswer($0).jobs.map(Changed.init) }
    }

    /// As many calls as the ids need.
    private func inParts<Element>(
        _ ids: [Int64], _ body: ([JobID]) throws(JobClientError) -> [Element]
    ) throws(JobClientError) -> [Element] {
        var results: [Element] = []
        for start in stride(from: 0, to: ids.count, by: Limits.idsPerCall) {
            results += try body(ids[start..<min(start + Limits.idsPerCall, ids.count)].map { JobID(rawValue: $0) })
        }
        return results
    }
}
