import JobService
import JobStore
import Jobs
import Testing
import Threading

/// Jobs that wait for a time, or that may not wait for long.
@Suite(.serialized)
struct TimeTests {
    @Test("a job that names a time starts then, and not before")
    func at() throws {
        try ServiceHarness().run { harness throws in
            let due = harness.clock.now + .seconds(3_600)
            let id = try harness.submit { $0.start = .at(due) }
            #expect(try harness.state(id) == .scheduled(until: due))
            try harness.advance(by: .nanoseconds(3_599_999_999_999))
            #expect(try harness.state(id) == .scheduled(until: due))
            try harness.advance(by: .nanoseconds(1))
            #expect(try harness.state(id) == .running(attempt: 1))
        }
    }

    @Test("a job whose time is in the past runs now")
    func past() throws {
        try ServiceHarness().run { harness throws in
            let id = try harness.submit { $0.start = .at(Timestamp(nanoseconds: -1)) }
            #expect(try harness.state(id) == .running(attempt: 1))
        }
    }

    @Test("a clock that is set forward makes due what it jumped over, once")
    func clockForward() throws {
        try ServiceHarness(workers: 4).run { harness throws in
            let ids = try (1...3).map { try harness.submit(ServiceHarness.submission(delay: .seconds($0 * 600))) }
            try harness.advance(by: .seconds(86_400))
            try #require(harness.runner.waitForStart(of: 3))
            #expect(harness.runner.startedJobs.sorted() == ids)
            try harness.advance(by: .seconds(86_400))
            #expect(harness.runner.started.count == 3)
        }
    }

    @Test("a clock that is set back repeats nothing, and loses nothing")
    func clockBack() throws {
        try ServiceHarness(workers: 4).run { harness throws in
            let begin = harness.clock.now
            let early = try harness.submit(ServiceHarness.submission(delay: .seconds(60)))
            let late = try harness.submit(ServiceHarness.submission(delay: .seconds(120)))
            try harness.advance(by: .seconds(60))
            try #require(harness.runner.waitForStart(of: 1))
            harness.clock.set(to: begin + .seconds(-86_400))
            try harness.ping()
            try harness.advance(by: .seconds(86_400 + 60))
            #expect(harness.runner.startedJobs == [early])
            #expect(try harness.state(late) == .scheduled(until: begin + .seconds(120)))
            try harness.advance(by: .seconds(60))
            try #require(harness.runner.waitForStart(of: 2))
            #expect(harness.runner.startedJobs == [early, late])
        }
    }

    /// A job for each state in which jobs wait, beside one that takes up the only worker.
    private func waitingJobs(_ harness: ServiceHarness) throws -> [JobID] {
        let blocker = try harness.start()
        func submit(_ submission: Submission) throws -> JobID {
            var spec = submission.spec
            spec.expires = .seconds(60)
            return try harness.submit(Submission(spec: spec, dependencies: submission.dependencies))
        }
        return [
            try submit(ServiceHarness.dependant(of: blocker)),
            try submit(ServiceHarness.submission(delay: .seconds(120))),
            try submit(ServiceHarness.submission()),
            try submit(ServiceHarness.submission("held") { $0.isHeld = true }),
        ]
    }

    @Test("a job that waited for its first start as long as it may has failed, whatever it waited for")
    func expires() throws {
        try ServiceHarness().run { harness throws in
            let ids = try waitingJobs(harness)
            #expect(try harness.states(ids) == [.blocked, .scheduled, .ready, .held])
            try harness.advance(by: .nanoseconds(59_999_999_999))
            #expect(try harness.states(ids) == [.blocked, .scheduled, .ready, .held])
            try harness.advance(by: .nanoseconds(1))
            for id in ids {
                #expect(try harness.state(id) == .failed(.expired))
                #expect(try harness.store.changes(of: id).map(\.cause) == [.expired])
                #expect(harness.observer.waits { $0 == .ended(id, .failed(.expired), attempt: nil, nil) })
            }
        }
    }

    @Test("a job that lacks a resource expires")
    func expiresParked() throws {
        try ServiceHarness(workers: 2, resources: ["gpu": 1]).run { harness throws in
            try harness.start(ServiceHarness.submission("first") { $0.needs = ["gpu": 1] })
            let id = try harness.submit {
                $0.needs = ["gpu": 1]
                $0.expires = .seconds(60)
            }
            try harness.advance(by: .seconds(60))
            #expect(try harness.state(id) == .failed(.expired))
        }
    }

    @Test("a job that has started does not expire, neither while it runs nor before its next attempt")
    func startedDoesNotExpire() throws {
        try ServiceHarness().run { harness throws in
            let id = try harness.start(
                ServiceHarness.submission("retried") {
                    $0.expires = .seconds(60)
                    $0.retry = RetryRequest(retries: 1, backoff: Limits.longestDuration)
                })
            try harness.advance(by: .seconds(61))
            #expect(try harness.state(id) == .running(attempt: 1))
            try harness.finish(id, .exited(code: 1))
            try harness.advance(by: .seconds(61))
            #expect(try harness.state(id)?.name != .failed)
        }
    }

    @Test("of more late jobs than one transaction fails, none is started")
    func manyLate() throws {
        try ServiceHarness(workers: 10).run { harness throws in
            try harness.pause()
            let ids = try harness.submit(
                (0..<510).map { _ in ServiceHarness.submission("late") { $0.expires = .seconds(60) } }
            ).map(\.id)
            harness.clock.advance(by: .seconds(60))
            try harness.resume()
            for id in ids { try #require(harness.observer.waitsForEnd(of: id)) }
            #expect(harness.runner.started.isEmpty)
            #expect(try harness.store.counts().queues == [.default: [.failed: 510]])
        }
    }

    @Test("a job that expired runs when somebody retries it")
    func retryOfExpired() throws {
        try ServiceHarness().run { harness throws in
            let blocker = try harness.start()
            let id = try harness.submit { $0.expires = .seconds(60) }
            try harness.advance(by: .seconds(60))
            #expect(try harness.change(id, .retry) == .done(.ready))
            #expect(try harness.state(id)?.name == .ready)
            try harness.finish(blocker)
            try #require(harness.runner.waitForStart(of: 2))
            #expect(harness.runner.startedJobs == [blocker, id])
        }
    }
}
