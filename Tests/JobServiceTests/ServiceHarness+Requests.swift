import JobService
import JobStore
import Jobs
import Testing
import Threading

/// Requests that wait for their answers.
extension ServiceHarness {
    static func queue(_ text: String) -> QueueName {
        guard let name = QueueName(text) else { preconditionFailure("\(text) is no name of a queue") }
        return name
    }

    static func submission(
        _ word: String = "job", queue: QueueName = .default, priority: Int = 0, delay: Duration? = nil,
        token: String? = nil, after dependencies: [Dependency] = [], _ change: (inout JobSpec) -> Void = { _ in }
    ) -> Submission {
        var spec = JobSpec(
            command: Command(arguments: ["/bin/echo", word]), queue: queue, priority: priority,
            start: delay.map(StartTime.after))
        change(&spec)
        return Submission(spec: spec, token: token, dependencies: dependencies)
    }

    /// A job that waits for others.
    static func dependant(of jobs: JobID..., condition: Dependency.Condition = .succeeded) -> Submission {
        submission(after: jobs.map { Dependency(on: $0, condition: condition) })
    }

    /// Submits and waits for the answer.
    @discardableResult
    func submit(
        _ submissions: [Submission], by submitter: Submitter = me, isAdministrator: Bool = false
    ) throws -> [Receipt] {
        try service.submit(submissions, by: submitter, isAdministrator: isAdministrator)
            .result(until: .after(Self.patience)).map { try $0.get() }
    }

    @discardableResult
    func submit(_ submission: Submission = submission(), by submitter: Submitter = me) throws -> JobID {
        try #require(try submit([submission], by: submitter).first).id
    }

    /// Submits a job that is another than the plain one.
    @discardableResult
    func submit(_ change: (inout JobSpec) -> Void) throws -> JobID { try submit(Self.submission("job", change)) }

    /// Submits, and waits until the job runs.
    @discardableResult
    func start(_ submission: Submission = submission()) throws -> JobID {
        let count = runner.started.count
        let id = try submit(submission)
        try #require(runner.waitForStart(of: count + 1))
        #expect(runner.startedJobs.last == id)
        return id
    }

    /// Ends a job's attempt, and waits until it is stored.
    func finish(_ id: JobID, _ outcome: Outcome = .exited(code: 0)) throws {
        let ends = observer.ends(of: id)
        runner.finish(id, outcome)
        try #require(observer.waits(forEnds: ends + 1, of: id))
    }

    func change(
        _ ids: [JobID], _ request: ChangeRequest, by requester: Requester = mine
    ) throws -> [ChangeResult] {
        try service.change(ids, request, by: requester).result(until: .after(Self.patience))
    }

    func change(_ id: JobID, _ request: ChangeRequest, by requester: Requester = mine) throws -> ChangeResult {
        try #require(try change([id], request, by: requester).first)
    }

    func set(_ setting: QueueSetting, _ value: String?, of queue: QueueName = .default) throws {
        try service.set([(setting, value)], of: queue, by: Self.administrator).result(until: .after(Self.patience))
    }

    func pause(_ queue: QueueName = .default, _ mode: QueuePause.Mode = .drain) throws {
        try service.pause(queue, mode, by: Self.administrator).result(until: .after(Self.patience))
    }

    func resume(_ queue: QueueName = .default) throws {
        try service.resume(queue, by: Self.administrator).result(until: .after(Self.patience))
    }

    /// Lets the ledger come round once more.
    func ping() throws { try service.ping().result(until: .after(Self.patience)) }

    /// Moves the clock, and lets the ledger look at it.
    func advance(by duration: Duration) throws {
        clock.advance(by: duration)
        try ping()
    }

    func job(_ id: JobID) throws -> Job { try #require(try store.job(id)) }

    func state(_ id: JobID) throws -> JobState? { try store.job(id)?.state }

    func states(_ ids: [JobID]) throws -> [JobState.Name?] { try ids.map { try state($0)?.name } }

    func why(_ id: JobID) throws -> WaitReason { try service.why(try job(id)) }
}

extension JobService {
    /// Submits; the future fails with a `ServiceError`.
    func submit(
        _ submissions: [Submission], by submitter: Submitter, isAdministrator: Bool, partial: Bool = false
    ) -> Future<[SubmitResult]> {
        let promise = Promise<[SubmitResult]>()
        submit(submissions, by: submitter, isAdministrator: isAdministrator, partial: partial, promise.keep)
        return promise.future
    }
}

extension Promise<[SubmitResult]> {
    /// Takes the answer to a submit.
    func keep(_ answer: Result<[SubmitResult], ServiceError>) {
        switch answer {
        case .success(let results): succeed(results)
        case .failure(let error): fail(error)
        }
    }
}
