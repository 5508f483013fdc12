import JobService
import JobStore
import Jobs
import Testing
import Threading

/// Jobs that ended long ago, or that are too many.
@Suite(.serialized)
struct RetentionTests {
    private static func retention(_ ages: [JobState.Name: Duration] = [:], keep: Int = 1_000) -> Retention {
        Retention(ages: ages, keep: keep)
    }

    /// Jobs that end one after the other, a second apart.
    private func end(_ count: Int, _ harness: ServiceHarness, _ outcome: Outcome = .exited(code: 0)) throws -> [JobID] {
        try (0..<count).map { _ in
            let id = try harness.start()
            try harness.finish(id, outcome)
            harness.clock.advance(by: .seconds(1))
            return id
        }
    }

    /// The jobs that are left, oldest first.
    private func left(_ harness: ServiceHarness) throws -> [JobID] {
        try harness.store.jobs(matching: JobFilter(), page: JobPage(limit: 10_000)).map(\.id).reversed()
    }

    private func remove(_ harness: ServiceHarness) throws -> [RetiredJob] {
        let removed = Monitor<[RetiredJob]>([])
        try harness.service.removeRetiredJobs { job in removed.withLock { $0.append(job) } }
        return removed.withLock { $0 }
    }

    @Test("a job is removed when its state's age has passed since its end, and not before")
    func age() throws {
        let retention = Self.retention([.succeeded: .seconds(100), .failed: .seconds(200)])
        try ServiceHarness(retention: retention).run { harness throws in
            let good = try end(2, harness)
            let bad = try end(1, harness, .exited(code: 1))
            let cancelled = try harness.submit { $0.isHeld = true }
            #expect(try harness.change(cancelled, .cancel) == .done(.cancelled))
            // The first ended three seconds ago.
            harness.clock.advance(by: .seconds(97))
            #expect(try remove(harness).isEmpty)
            harness.clock.advance(by: .nanoseconds(1))
            #expect(try remove(harness).map(\.id) == [good[0]])
            harness.clock.advance(by: .seconds(103))
            #expect(try remove(harness).map(\.id) == [good[1], bad[0]])
            harness.clock.advance(by: Limits.longestDuration)
            #expect(try remove(harness).isEmpty)
            #expect(try left(harness) == [cancelled])
        }
    }

    @Test("of each state so many jobs are kept, those that ended last")
    func keep() throws {
        try ServiceHarness(retention: Self.retention(keep: 3)).run { harness throws in
            let good = try end(5, harness)
            let bad = try end(4, harness, .exited(code: 1))
            #expect(try remove(harness).map(\.id) == [good[0], good[1], bad[0]])
            #expect(try left(harness) == Array(good.suffix(3) + bad.suffix(3)))
            #expect(try remove(harness).isEmpty)
        }
    }

    @Test("jobs that their age removed do not count for the number that is kept")
    func ageAndKeep() throws {
        let retention = Self.retention([.succeeded: .seconds(100)], keep: 3)
        try ServiceHarness(retention: retention).run { harness throws in
            let old = try end(4, harness)
            harness.clock.advance(by: .seconds(100))
            let new = try end(3, harness)
            #expect(try remove(harness).map(\.id) == old)
            #expect(try left(harness) == new)
        }
    }

    @Test("more jobs than one step removes are all removed")
    func many() throws {
        try ServiceHarness(retention: Self.retention(keep: 10)).run { harness throws in
            let ids = try harness.submit(
                (0..<260).map { _ in ServiceHarness.submission("held") { $0.isHeld = true } }
            ).map(\.id)
            _ = try harness.change(ids, .cancel)
            #expect(try remove(harness).map(\.id) == Array(ids.prefix(250)))
            #expect(try left(harness) == Array(ids.suffix(10)))
        }
    }

    @Test("jobs that have not ended are never removed")
    func unfinished() throws {
        let retention = Self.retention([.succeeded: .zero, .failed: .zero, .cancelled: .zero], keep: 0)
        try ServiceHarness(retention: retention).run { harness throws in
            let running = try harness.start()
            let ids = try [
                running, harness.submit(), harness.submit { $0.isHeld = true },
                harness.submit(ServiceHarness.submission(delay: .seconds(600))),
                harness.submit(ServiceHarness.dependant(of: running)),
            ]
            #expect(try remove(harness).isEmpty)
            #expect(try left(harness) == ids)
        }
    }

    @Test("what a job printed is removed before the job is")
    func outputFirst() throws {
        try ServiceHarness(retention: Self.retention(keep: 0)).run { harness throws in
            let id = try end(1, harness)[0]
            let store = harness.store
            let seen = Monitor<[RetiredJob]>([])
            try harness.service.removeRetiredJobs { job in
                if (try? store.job(job.id)) != nil { seen.withLock { $0.append(job) } }
            }
            #expect(seen.withLock { $0.map(\.id) } == [id] && seen.withLock { $0.map(\.attempts) } == [1])
            #expect(try harness.store.job(id) == nil)
        }
    }

    @Test("a job that somebody retries in between stays")
    func retriedInBetween() throws {
        try ServiceHarness(retention: Self.retention(keep: 0)).run { harness throws in
            let ids = try end(2, harness)
            let service = harness.service
            try service.removeRetiredJobs { job in
                guard job.id == ids[0] else { return }
                _ = try? service.change([job.id], .retry, by: ServiceHarness.mine)
                    .result(until: .after(ServiceHarness.patience))
            }
            #expect(try left(harness) == [ids[0]])
            #expect(try harness.state(ids[0]) == .running(attempt: 2))
        }
    }

    @Test("a removed job's number, token and key are free or gone, and its number does not return")
    func gone() throws {
        try ServiceHarness(retention: Self.retention(keep: 0)).run { harness throws in
            let submission = ServiceHarness.submission(token: "t") { $0.key = UniqueKey("k") }
            let first = try harness.start(submission)
            try harness.finish(first)
            _ = try remove(harness)
            let second = try #require(try harness.submit([submission]).first)
            #expect(second.id > first && second.existing == nil)
            #expect(try harness.change(first, .retry) == .unknown)
            #expect(try harness.store.attempts(of: first).isEmpty)
        }
    }

    @Test("a job whose dependency was removed cannot be retried, and says so")
    func dependencyGone() throws {
        let retention = Self.retention([.succeeded: .seconds(10)])
        try ServiceHarness(retention: retention).run { harness throws in
            let first = try harness.start()
            let id = try harness.submit(ServiceHarness.dependant(of: first))
            try harness.finish(first)
            try #require(harness.runner.waitForStart(of: 2))
            try harness.finish(id, .exited(code: 1))
            harness.clock.advance(by: .seconds(11))
            #expect(try remove(harness).map(\.id) == [first])
            #expect(try harness.change(id, .retry) == .refused(.dependencyGone(first)))
        }
    }

    @Test("a service that is stopped removes nothing, and says so")
    func stopped() throws {
        let harness = ServiceHarness(retention: Self.retention(keep: 0))
        try harness.run { _ = try end(1, $0) }
        #expect(throws: (any Error).self) { try harness.service.removeRetiredJobs { _ in } }
    }
}
