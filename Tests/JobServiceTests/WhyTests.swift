import JobService
import JobStore
import Jobs
import Testing
import Threading

/// The one reason why a job does not run: a test for each.
@Suite(.serialized)
struct WhyTests {
    @Test("a job that runs says so, and since when")
    func running() throws {
        try ServiceHarness().run { harness throws in
            harness.runner.ignoreStops()
            let since = harness.clock.now
            let id = try harness.start()
            harness.clock.advance(by: .seconds(5))
            #expect(
                try harness.why(id) == .running(attempt: 1, since: since, isStopping: false))
            _ = try harness.change(id, .cancel)
            #expect(
                try harness.why(id) == .running(attempt: 1, since: since, isStopping: true))
        }
    }

    @Test("a job that has ended says so", arguments: [Outcome.exited(code: 0), .exited(code: 1), .cancelled])
    func ended(outcome: Outcome) throws {
        try ServiceHarness().run { harness throws in
            let id = try harness.start()
            try harness.finish(id, outcome)
            #expect(try harness.why(id) == .ended)
        }
    }

    @Test("a blocked job names the jobs that it still waits for")
    func blocked() throws {
        try ServiceHarness(workers: 3).run { harness throws in
            let others = try [harness.start(), harness.start()]
            let id = try harness.submit(ServiceHarness.dependant(of: others[0], others[1], condition: .ended))
            try harness.finish(others[0])
            let rest = Dependency(on: others[1], condition: .ended)
            #expect(try harness.why(id) == .blocked(by: [rest], count: 1))
        }
    }

    @Test("a scheduled job names its time")
    func scheduled() throws {
        try ServiceHarness().run { harness throws in
            let id = try harness.submit(ServiceHarness.submission(delay: .seconds(60)))
            #expect(try harness.why(id) == .scheduled(until: harness.clock.now + .seconds(60)))
        }
    }

    @Test("a job whose attempt failed says that it waits before the next")
    func backoff() throws {
        try ServiceHarness().run { harness throws in
            let id = try harness.start(
                ServiceHarness.submission("retried") {
                    $0.retry = RetryRequest(retries: 1, backoff: Limits.longestDuration)
                })
            try harness.finish(id, .exited(code: 1))
            guard case .scheduled(let until) = try harness.state(id) else {
                Issue.record("it does not wait")
                return
            }
            #expect(try harness.why(id) == .backoff(until: until, failed: 1))
            let later = harness.clock.now + .seconds(86_400)
            _ = try harness.change(id, .edit(JobEdit(start: .notBefore(.at(later)))))
            #expect(try harness.why(id) == .scheduled(until: later))
        }
    }

    @Test("a held job names who holds it, and since when")
    func held() throws {
        try ServiceHarness().run { harness throws in
            let submitted = harness.clock.now
            let born = try harness.submit { $0.isHeld = true }
            let later = try harness.submit(ServiceHarness.submission(delay: .seconds(600)))
            harness.clock.advance(by: .seconds(9))
            _ = try harness.change(later, .hold, by: ServiceHarness.administrator)
            #expect(try harness.why(born) == .held(by: .user(1_000), since: submitted))
            #expect(try harness.why(later) == .held(by: .user(0), since: harness.clock.now))
        }
    }

    @Test("a job whose queue is configured no more names those that are")
    func noQueue() throws {
        let memory = MemoryJobStore()
        let gone = ServiceHarness.queue("gone")
        var id = JobID(rawValue: 0)
        let before = ServiceHarness(
            queues: [QueueSettings(name: gone, workers: 1)], store: ControlledStore(memory))
        try before.run { harness throws in
            try harness.pause(gone)
            id = try harness.submit(ServiceHarness.submission(queue: gone))
        }
        try ServiceHarness(store: ControlledStore(memory)).run { harness throws in
            #expect(try harness.why(id) == .noQueue(known: [.default]))
            #expect(try harness.change(id, .edit(JobEdit(queue: .default))) == .done(.ready))
            try #require(harness.runner.waitForStart(of: 1))
        }
    }

    @Test("a job of a paused queue names who paused it, and since when")
    func paused() throws {
        try ServiceHarness().run { harness throws in
            harness.clock.advance(by: .seconds(3))
            try harness.pause()
            let since = harness.clock.now
            let id = try harness.submit()
            #expect(try harness.why(id) == .paused(by: .user(0), since: since))
        }
    }

    @Test("a job that a stopping daemon stored says that nothing starts")
    func draining() throws {
        try ServiceHarness().run { harness throws in
            let hurry = Event()
            hurry.set()
            harness.service.drain(until: .now, orWhen: hurry)
            let id = try harness.submit()
            #expect(try harness.why(id) == .draining)
        }
    }

    @Test("a job that lacks a resource names it, its bound, and who has it")
    func lacks() throws {
        try ServiceHarness(workers: 9, resources: ["gpu": 3]).run { harness throws in
            func needs(_ amount: Int) -> Submission { ServiceHarness.submission("gpu") { $0.needs = ["gpu": amount] } }
            let takers = try [harness.start(needs(1)), harness.start(needs(1))]
            let id = try harness.submit(needs(2))
            let requirement = Requirement(resource: .named("gpu"), amount: 2)
            #expect(try harness.why(id) == .lacks(requirement, taken: 2, bound: 3, takers: takers))
        }
    }

    @Test("a job that its user's limit keeps names the word and the bound")
    func limit() throws {
        try ServiceHarness(workers: 9).run { harness throws in
            let limited = ServiceHarness.submission("site") { $0.limits = ["site": 1] }
            let taker = try harness.start(limited)
            let id = try harness.submit(limited)
            let requirement = Requirement(resource: .limit("site", user: 1_000), amount: 1, bound: 1)
            #expect(try harness.why(id) == .lacks(requirement, taken: 1, bound: 1, takers: [taker]))
        }
    }

    @Test("a job that its queue's rate keeps names the rate and the next start")
    func rate() throws {
        let rate = StartRate(starts: 1, per: .seconds(60))
        let queue = QueueSettings(name: .default, workers: 9, rate: rate)
        try ServiceHarness(queues: [queue]).run { harness throws in
            try harness.start()
            let id = try harness.submit()
            #expect(try harness.why(id) == .rate(rate, next: harness.clock.now + .seconds(60)))
        }
    }

    @Test("a job that waits for a worker says how many jobs are before it")
    func busy() throws {
        try ServiceHarness().run { harness throws in
            try harness.start()
            let ids = try (0..<3).map { _ in try harness.submit() }
            for (ahead, id) in ids.enumerated() {
                #expect(try harness.why(id) == .busy(taken: 1, workers: 1, slots: 1, ahead: ahead))
            }
        }
    }

    @Test("a job that nothing keeps starts next")
    func next() throws {
        try ServiceHarness().run { harness throws in
            let blocker = try harness.start()
            let waiting = try harness.job(try harness.submit())
            try harness.finish(blocker)
            try #require(harness.runner.waitForStart(of: 2))
            try harness.finish(waiting.id)
            // As it was seen a moment ago.
            #expect(try harness.service.why(waiting) == .next)
        }
    }
}
