import Jobs
import Testing

/// What the state machine counts, and where lives begin and go on.
struct JobLifeTests {
    private static let now = SampleJob.now

    private func apply(_ event: JobEvent, to job: inout Job) throws -> JobStateMachine.Action {
        try JobStateMachine.apply(event, to: &job, at: Self.now)
    }

    @Test(
        "a job begins where its spec and the jobs that it waits for say",
        arguments: [
            (nil, false, 0, nil, .ready(since: now)), (.after(.zero), false, 0, nil, .ready(since: now)),
            (.after(.nanoseconds(1)), false, 0, nil, .scheduled(until: now + .nanoseconds(1))),
            (.at(SampleJob.then), false, 0, nil, .ready(since: now)),
            (.at(now), false, 0, nil, .ready(since: now)),
            (.at(SampleJob.start), false, 0, nil, .scheduled(until: SampleJob.start)),
            (nil, false, 2, nil, .blocked(notBefore: nil)),
            (.at(SampleJob.start), false, 2, nil, .blocked(notBefore: SampleJob.start)),
            (nil, true, 0, nil, .held(notBefore: nil)), (nil, true, 2, nil, .held(notBefore: nil)),
            (.at(SampleJob.start), true, 2, nil, .held(notBefore: SampleJob.start)),
            (nil, true, 2, JobID(rawValue: 1), .failed(.dependency(JobID(rawValue: 1)))),
        ] as [(StartTime?, Bool, Int, JobID?, JobState)])
    func begins(start: StartTime?, isHeld: Bool, open: Int, failed: JobID?, state: JobState) {
        let spec = JobSpec(command: Command(arguments: ["true"]), start: start, isHeld: isHeld)
        #expect(
            JobStateMachine.firstState(of: spec, submitted: Self.now, openDependencies: open, failedDependency: failed)
                == state)
    }

    @Test("a job waits until the last job that it waits for has ended")
    func dependencies() throws {
        var job = SampleJob.job(.blocked(notBefore: nil), attempts: 0, openDependencies: 2)
        _ = try apply(.dependencyMet, to: &job)
        #expect(job.openDependencies == 1 && job.state == .blocked(notBefore: nil))
        _ = try apply(.dependencyMet, to: &job)
        #expect(job.openDependencies == 0 && job.state == .ready(since: Self.now))
    }

    @Test("a job whose others have ended still waits for its time")
    func dependenciesThenTime() throws {
        var job = SampleJob.job(.blocked(notBefore: SampleJob.start), attempts: 0, openDependencies: 1)
        _ = try apply(.dependencyMet, to: &job)
        #expect(job.state == .scheduled(until: SampleJob.start))
    }

    @Test("a held job counts the jobs that it waits for, and is ready at its release when none is left")
    func heldDependencies() throws {
        var job = SampleJob.job(.held(notBefore: nil), attempts: 0, openDependencies: 1)
        _ = try apply(.dependencyMet, to: &job)
        #expect(job.openDependencies == 0 && job.state == .held(notBefore: nil))
        _ = try apply(.releaseRequested, to: &job)
        #expect(job.state == .ready(since: Self.now))
    }

    @Test("a job that was held keeps its time when it is released")
    func heldTime() throws {
        var job = SampleJob.job(.scheduled(until: SampleJob.start), attempts: 0)
        _ = try apply(.holdRequested, to: &job)
        _ = try apply(.releaseRequested, to: &job)
        #expect(job.state == .scheduled(until: SampleJob.start))
    }

    @Test("a job that has ended counts those that it waited for, and its end stays", arguments: [true, false])
    func endedDependencies(isMet: Bool) throws {
        var job = SampleJob.job(.cancelled, openDependencies: 2)
        _ = try apply(isMet ? .dependencyMet : .dependencyFailed(on: JobID(rawValue: 1)), to: &job)
        #expect(job.openDependencies == 1 && job.state == .cancelled && job.ended == SampleJob.then)
    }

    @Test("a retry forgets what was spent, keeps the number of attempts, and has not ended")
    func retry() throws {
        var job = SampleJob.job(.failed(.poison), attempts: 5, spent: 4, crashes: 3)
        #expect(try apply(.retryRequested(openDependencies: 3), to: &job) == .none)
        #expect(job.attempts == 5 && job.spentAttempts == 0 && job.crashes == 0 && job.openDependencies == 3)
        #expect(job.ended == nil && job.state == .blocked(notBefore: nil))
    }

    @Test("an attempt that is claimed gets the next number, and counts as begun")
    func claim() throws {
        var job = SampleJob.job(.ready(since: SampleJob.then), attempts: 0)
        #expect(try apply(.claimed, to: &job) == .run(attempt: 1))
        #expect(job.attempts == 1 && job.state == .running(attempt: 1))
    }

    @Test("a whole life has its actions in order, and one end")
    func life() throws {
        var job = SampleJob.job(.scheduled(until: SampleJob.then), attempts: 0)
        let end = JobEvent.ended(attempt: 1, .cancelled, RetryPolicy(RetryRequest()), jitter: 0.5)
        let actions = try [.due, .claimed, .cancelRequested, end].map { try apply($0, to: &job) }
        #expect(actions == [.none, .run(attempt: 1), .stop(attempt: 1), .announceEnd])
        #expect(job.state == .cancelled && job.ended == Self.now)
    }

    @Test("only a job that has never started, and waits, may expire")
    func expiry() {
        let spec = JobSpec(command: Command(arguments: ["true"]), expires: .seconds(30))
        for sample in SampleJob.allCases {
            let name = sample.state.name
            let expected = name.isWaiting ? SampleJob.then + .seconds(30) : nil
            #expect(SampleJob.job(sample.state, attempts: 0, spec: spec).expiry == expected, "\(sample)")
            #expect(SampleJob.job(sample.state, attempts: 1, spec: spec).expiry == nil, "\(sample)")
        }
        #expect(SampleJob.job(.ready(since: Self.now), attempts: 0).expiry == nil)
    }
}
