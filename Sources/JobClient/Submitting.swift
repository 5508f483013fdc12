internal import Glibc
internal import JobProtocol
internal import Jobs
internal import Varlink

extension JobClient {
    /// Stores a job; it is on disk when this returns.
    ///
    /// - Parameter user: whose job it is to be, by name or number, where root or an administrator submits it for
    ///   somebody else.
    public func submit(_ request: JobRequest, for user: String? = nil) throws(JobClientError) -> Submitted {
        do {
            guard let submitted = try submit([request], for: user).first else { throw JobClientError.noAnswer }
            return submitted
        } catch {
            throw JobClientError(error).ofOnlyJob
        }
    }

    /// Stores jobs, at most 10,000, all or none; they are on disk when this returns, in their order.
    ///
    /// - Parameter user: whose jobs they are to be, as above.
    /// - Throws: ``JobClientError/inJob(index:_:)`` where one of them cannot be.
    public func submit(_ requests: [JobRequest], for user: String? = nil) throws(JobClientError) -> [Submitted] {
        var call = try JobRequest.call(for: requests)
        call.user = user
        for index in call.jobs.indices where call.jobs[index].token == nil { call.jobs[index].token = Self.makeToken() }
        var submitted: [Submitted] = []
        for job in try answers(to: call.parameters, count: requests.count) { submitted.append(try job.get()) }
        return submitted
    }

    /// Stores those of the jobs, at most 10,000, that can be; they are on disk when this returns.
    ///
    /// - Parameter user: whose jobs they are to be, as above.
    /// - Returns: what became of each, in their order.
    public func submitEach(
        _ requests: [JobRequest], for user: String? = nil
    ) throws(JobClientError) -> [Result<Submitted, JobClientError>] {
        let jobs = requests.map { request -> JSONValue in
            var request = request
            request.token = request.token ?? Self.makeToken()
            return .object(request.parameters)
        }
        var parameters: JSONObject = ["jobs": .array(jobs), "partial": true]
        parameters.append("user", user.map { .string($0) })
        return try answers(to: parameters, count: requests.count)
    }

    private func answers(
        to parameters: JSONObject, count: Int
    ) throws(JobClientError) -> [Result<Submitted, JobClientError>] {
        let answer = try ask(SubmitCall.method, parameters) { try SubmitCall.Answer($0) }
        guard answer.jobs.count == count else { throw .noAnswer }
        return answer.jobs.map { item in
            item.mapError { JobClientError($0).ofOnlyJob }.flatMap { job in
                Result { () throws(JobClientError) in try Submitted(job) }
            }
        }
    }

    /// A token that no other submit has: the time in milliseconds, and 80 random bits.
    ///
    /// In the order of time, so that jobd adds it at the end of its table: among ten million, a place by chance would be
    /// another page to read and to write for each job.
    package static func makeToken() -> String {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let milliseconds = UInt64(time.tv_sec) * 1_000 + UInt64(time.tv_nsec) / 1_000_000
        let bits = String(UInt128(milliseconds) << 80 | UInt128.random(in: 0..<(1 << 80)), radix: 16)
        return String(repeating: "0", count: 32 - bits.count) + bits
    }
}

extension JobClientError {
    fileprivate static var noAnswer: JobClientError { .brokenReply("not one answer for each job") }
}
