internal import JobProtocol
internal import Jobs
internal import Varlink

/// Speaks to jobd for a program.
///
///     let jobs = JobClient()
///     let submitted = try jobs.submit(JobRequest(command: ["make", "-C", "/srv/site"]))
///     let job = try jobs.waitForEnd(of: submitted.id)
///     print(job.state, job.reason ?? "")
///
/// Calls block. One thread uses a client at a time; ``interrupter`` may be used by any. The client connects with its
/// first call. A daemon that was there and goes away, because it restarts, is waited for: every call may be made twice
/// without harm, a submit because each of its jobs carries a token.
public final class JobClient {
    /// The socket of the daemon.
    public let socket: String

    /// Ends what this client and its streams wait for.
    public let interrupter = Interrupter()

    private let patience: Duration
    private var connection: Connection?
    private var wasReached = false

    /// Calls that are sent before the first of their replies is awaited.
    private static let pipelineDepth = 64

    /// A client of the daemon at a socket.
    ///
    /// - Parameters:
    ///   - socket: nil is the usual one: `JOBD_SOCKET`; else for root `/run/jobd/jobd.sock`; else
    ///     `$XDG_RUNTIME_DIR/jobd/jobd.sock` or the system's, whichever exists.
    ///   - patience: how long a daemon that was reached and went away is waited for.
    public init(socket: String? = nil, patience: Duration = .seconds(10)) {
        self.socket = socket ?? SocketPath.usual
        self.patience = patience
    }

    // MARK: Look

    /// The job of that number.
    public func job(_ id: Int64) throws(JobClientError) -> Job {
        guard let job = try jobs([id])[id] else { throw .noSuchJob(id) }
        return job
    }

    /// The jobs of these numbers; those that do not exist, or are not yours, are missing.
    public func jobs(_ ids: [Int64]) throws(JobClientError) -> [Int64: Job] {
        let calls = ids.map { id in
            Call(method: GetCall.method, parameters: GetCall(ids: [JobID(rawValue: id)]).parameters)
        }
        let found = try askEach(calls) { reply -> Job? in
            switch reply {
            case .success(let parameters): return try GetCall.Answer(parameters).jobs.first.map(Job.init)
            case .failure(.noSuchJob): return nil
            case .failure(let error): throw error
            }
        }
        return Dictionary(found.compactMap { $0.map { ($0.id, $0) } }) { first, _ in first }
    }

    /// The jobs that match, newest first.
    ///
    /// - Parameters:
    ///   - before: only those older than this one: what the page before gave as its `next`.
    ///   - limit: at most so many, 1 to 1,000.
    public func jobs(
        matching filter: Filter, before: Int64? = nil, limit: Int = 100
    ) throws(JobClientError) -> Page {
        let call = try filter.call(before: before, limit: limit)
        let answer = try ask(ListCall.method, call.parameters) { try ListCall.Answer($0) }
        return Page(jobs: answer.jobs.map(Job.init), next: answer.next?.rawValue)
    }

    /// How the daemon is.
    public func status() throws(JobClientError) -> DaemonStatus {
        try ask(StatusCall.method, [:]) { DaemonStatus(answer: try StatusCall.Answer($0), parameters: $0) }
    }

    /// Makes the daemon write a copy of all its jobs into a new file, and returns when it is on disk.
    ///
    /// For root and the daemon's own user.
    ///
    /// - Parameter path: absolute, as the daemon sees it; there must be nothing.
    public func backUp(to path: String) throws(JobClientError) {
        try ask(BackupCall.method, BackupCall(path: path).parameters) { _ in }
    }

    /// The one reason why a job does not run now, and what would change that.
    public func why(_ id: Int64) throws(JobClientError) -> WaitReason {
        try ask(WhyCall.method, WhyCall(id: JobID(rawValue: id)).parameters) { WaitReason(try WhyCall.Answer($0)) }
    }

    // MARK: Streams

    /// Each of these jobs as it ends; those that have ended already come first.
    public func ends(of ids: [Int64]) -> EndedJobs {
        EndedJobs(ids.map(JobID.init), stream: makeStream())
    }

    /// Waits until a job has ended.
    ///
    /// - Throws: ``JobClientError/timedOut`` when it has not within `timeout`.
    public func waitForEnd(of id: Int64, within timeout: Duration? = nil) throws(JobClientError) -> Job {
        guard let job = try ends(of: [id]).next(within: timeout) else { throw .brokenReply("no job in the answer") }
        return job
    }

    /// What an attempt of a job printed.
    ///
    /// - Parameters:
    ///   - attempt: nil is the last one.
    ///   - offset: where to begin: what an earlier part gave as its `next`.
    ///   - follow: whether to wait for what is still to come, until the job has ended.
    ///   - onlyAttempt: whether to follow until the attempt has ended, and not on to later ones.
    public func logs(
        of id: Int64, attempt: Int? = nil, offset: Int = 0, follow: Bool = false, onlyAttempt: Bool = false
    ) -> Logs {
        Logs(
            LogsCall(
                id: JobID(rawValue: id), attempt: attempt, offset: offset, follow: follow,
                later: follow && !onlyAttempt), stream: makeStream())
    }

    private func makeStream() -> RepeatingStream {
        RepeatingStream(socket: socket, patience: patience, interrupter: interrupter)
    }

    // MARK: Calls

    func ask<Answer>(
        _ method: String, _ parameters: JSONObject, _ read: (JSONObject) throws -> Answer
    ) throws(JobClientError) -> Answer {
        try repeating { varlink in try read(try varlink.call(method, parameters)) }
    }

    /// Makes many calls at once, so that they share their way and their commits.
    private func askEach<Answer>(
        _ calls: [Call], _ read: (Result<JSONObject, JobClientError>) throws -> Answer
    ) throws(JobClientError) -> [Answer] {
        try repeating { varlink in
            var answers: [Answer] = []
            answers.reserveCapacity(calls.count)
            var sent = 0
            while answers.count < calls.count {
                while sent < calls.count, sent - answers.count < Self.pipelineDepth {
                    try varlink.send(calls[sent])
                    sent += 1
                }
                switch try varlink.receive() {
                case .final(let parameters), .continues(let parameters): answers.append(try read(.success(parameters)))
                case .error(let error): answers.append(try read(.failure(JobClientError(error))))
                }
            }
            return answers
        }
    }

    /// Does `body` again, on a new connection, as long as the daemon may be back soon.
    private func repeating<Answer>(_ body: (VarlinkClient) throws -> Answer) throws(JobClientError) -> Answer {
        var patience = Patience(patience, interrupter)
        while true {
            do {
                let connection = try connection ?? Connection(to: socket, interrupter: interrupter)
                self.connection = connection
                wasReached = true
                return try body(connection.varlink)
            } catch {
                // Whatever it was: replies may be outstanding on this connection.
                connection = nil
                let error = JobClientError(error)
                if interrupter.isInterrupted { throw .interrupted }
                guard error.isPassing(wasReached: wasReached) else { throw error }
                guard patience.pauseAfterFailure() else { throw interrupter.isInterrupted ? .interrupted : error }
            }
        }
    }
}
