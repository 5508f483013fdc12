import JobRunner
import JobService
import JobStore
import Jobs
import Testing
import Threading

/// What holds over a crash.
@Suite(.serialized)
struct CrashTests {
    private let memory = MemoryJobStore()
    private let clock = ManualClock()

    private func harness(workers: Int = 1) -> ServiceHarness {
        ServiceHarness(workers: workers, store: ControlledStore(memory), clock: clock)
    }

    /// A job whose attempt a crash took away.
    private func crashed(_ submission: Submission, _ body: (ServiceHarness, JobID) throws -> Void = { _, _ in })
        throws -> JobID
    {
        var id = JobID(rawValue: 0)
        try harness().run { harness throws in
            id = try harness.start(submission)
            try body(harness, id)
            try harness.crash()
        }
        return id
    }

    @Test("a cancel of a running job is not forgotten by a crash, whatever its retries")
    func cancel() throws {
        let submission = ServiceHarness.submission("cancelled") {
            $0.retry = RetryRequest(retries: 9, onInterrupt: .requeue)
        }
        let id = try crashed(submission) { harness, id throws in
            harness.runner.ignoreStops()
            #expect(try harness.change(id, .cancel) == .stopping)
        }
        try harness().run { harness throws in
            #expect(try harness.state(id) == .cancelled)
            #expect(harness.runner.started.isEmpty)
        }
    }

    @Test("a lost job with retries left runs again, and its attempt is told as lost")
    func lost() throws {
        let submission = ServiceHarness.submission("retried") { $0.retry = RetryRequest(retries: 1, backoff: .zero) }
        let id = try crashed(submission)
        try harness().run { harness throws in
            try #require(harness.runner.waitForStart(of: 1))
            #expect(harness.runner.started.first?.id == AttemptID(job: id, number: 2))
            let attempt = try #require(try harness.store.attempts(of: id).first)
            #expect(attempt.end?.outcome == .lost && attempt.next == .ready)
        }
    }

    @Test("a lost job waits for its backoff, also over the restart")
    func backoff() throws {
        let submission = ServiceHarness.submission("retried") {
            $0.retry = RetryRequest(retries: 1, backoff: Limits.longestDuration)
        }
        let id = try crashed(submission)
        try harness().run { harness throws in
            #expect(try harness.state(id)?.name == .scheduled)
            try harness.advance(by: Limits.longestDuration)
            #expect(try harness.state(id) == .running(attempt: 2))
        }
    }

    @Test("three crashes in a row set a job aside, and a retry by hand runs it again")
    func poison() throws {
        let submission = ServiceHarness.submission("poison") { $0.retry = RetryRequest(onInterrupt: .requeue) }
        let id = try crashed(submission)
        for _ in 2...3 {
            try harness().run { harness throws in
                try #require(harness.runner.waitForStart(of: 1))
                try harness.crash()
            }
        }
        try harness().run { harness throws in
            #expect(try harness.state(id) == .failed(.poison))
            #expect(harness.runner.started.isEmpty)
            #expect(try harness.change(id, .retry) == .done(.ready))
            try #require(harness.runner.waitForStart(of: 1))
            #expect(try harness.job(id).crashes == 0)
        }
    }

    @Test("a job that ended by itself in between is not set aside")
    func noPoison() throws {
        let submission = ServiceHarness.submission("retried") { $0.retry = RetryRequest(retries: 9, backoff: .zero) }
        let id = try crashed(submission)
        for _ in 0..<2 {
            try harness().run { harness throws in
                try #require(harness.runner.waitForStart(of: 1))
                try harness.finish(id, .exited(code: 1))
                try #require(harness.runner.waitForStart(of: 2))
                try harness.crash()
            }
        }
        try harness().run { harness throws in
            #expect(try harness.state(id)?.isFinal == false)
        }
    }

    @Test("those who wait for a lost job are told of its end after the restart")
    func dependants() throws {
        var dependants: [JobID] = []
        let id = try crashed(ServiceHarness.submission()) { harness, id in
            dependants = try [
                harness.submit(ServiceHarness.dependant(of: id)),
                harness.submit(ServiceHarness.dependant(of: id, condition: .failed)),
            ]
        }
        try harness().run { harness throws in
            #expect(try harness.state(dependants[0]) == .failed(.dependency(id)))
            try #require(harness.runner.waitForStart(of: 1))
            #expect(harness.runner.startedJobs == [dependants[1]])
        }
    }

    @Test("what a lost attempt had taken of resources and workers is free after the restart")
    func resources() throws {
        let queue = [QueueSettings(name: .default, workers: 2)]
        func harness() -> ServiceHarness {
            ServiceHarness(queues: queue, resources: ["gpu": 1], store: ControlledStore(memory), clock: clock)
        }
        let submission = ServiceHarness.submission("needs") {
            $0.needs = ["gpu": 1]
            $0.slots = 2
        }
        var second = JobID(rawValue: 0)
        try harness().run { harness throws in
            try harness.start(submission)
            second = try harness.submit(submission)
            try harness.crash()
        }
        try harness().run { harness throws in
            try #require(harness.runner.waitForStart(of: 1))
            #expect(harness.runner.startedJobs == [second])
            #expect(try harness.store.takers(of: .named("gpu"), limit: 9) == [second])
        }
    }

    @Test("a queue that was frozen starts nothing after the restart, and its lost job waits for its resume")
    func frozen() throws {
        let submission = ServiceHarness.submission("retried") { $0.retry = RetryRequest(onInterrupt: .requeue) }
        let id = try crashed(submission) { harness, _ in try harness.pause(.default, .freeze) }
        try harness().run { harness throws in
            #expect(try harness.state(id)?.name == .ready)
            #expect(harness.service.queues.first?.pause?.mode == .freeze)
            try harness.resume()
            try #require(harness.runner.waitForStart(of: 1))
            #expect(harness.runner.frozenJobs.isEmpty)
        }
    }

    @Test("a job that expired while no daemon ran has failed, and the observer is told")
    func expiredMeanwhile() throws {
        var waiting = JobID(rawValue: 0)
        _ = try crashed(ServiceHarness.submission()) { harness, _ in
            waiting = try harness.submit { $0.expires = .seconds(60) }
        }
        clock.advance(by: .seconds(60))
        try harness().run { harness throws in
            #expect(try harness.state(waiting) == .failed(.expired))
            #expect(harness.observer.news.contains(.ended(waiting, .failed(.expired), attempt: nil, nil)))
        }
    }
}
