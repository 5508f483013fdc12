import JobService
import JobStore
import Jobs
import Testing
import Threading

/// Resources of which only so much may be in use, and users' own limits.
@Suite(.serialized)
struct NeedTests {
    private func job(_ amount: Int = 1, of resource: String = "gpu") -> Submission {
        ServiceHarness.submission("needs") { $0.needs = [resource: amount] }
    }

    private func limited(_ bound: Int, queue: QueueName = .default) -> Submission {
        ServiceHarness.submission("limited", queue: queue) { $0.limits = ["site": bound] }
    }

    @Test("running jobs never have more of a resource than there is")
    func bound() throws {
        try ServiceHarness(workers: 8, resources: ["gpu": 3], realTime: true).run { harness throws in
            harness.runner.finishAll()
            let ids = try harness.submit((0..<120).map { job(1 + $0 % 3) }).map(\.id)
            for id in ids { try #require(harness.observer.waitsForEnd(of: id)) }
            let peak = try harness.peak(of: ids) { $0.spec.needs["gpu"] ?? 0 }
            #expect(peak <= 3 && peak > 1)
            #expect(try harness.store.amountTaken(of: .named("gpu")) == 0)
        }
    }

    @Test("fewer running jobs of a user have a word than the job with that word allows")
    func limit() throws {
        try ServiceHarness(workers: 8, realTime: true).run { harness throws in
            harness.runner.finishAll()
            let ids = try harness.submit((0..<60).map { _ in limited(2) }).map(\.id)
            for id in ids { try #require(harness.observer.waitsForEnd(of: id)) }
            #expect(try harness.peak(of: ids) { _ in 1 } <= 2)
        }
    }

    @Test("a limit is its user's own")
    func limitPerUser() throws {
        try ServiceHarness(workers: 8).run { harness throws in
            let mine = try harness.submit(limited(1))
            let yours = try harness.submit(limited(1), by: ServiceHarness.you)
            let second = try harness.submit(limited(1))
            #expect(try harness.states([mine, yours, second]) == [.running, .running, .ready])
        }
    }

    @Test("each job is bound by its own number")
    func ownBounds() throws {
        try ServiceHarness(workers: 8).run { harness throws in
            let first = try [harness.submit(limited(3)), harness.submit(limited(3))]
            let strict = try harness.submit(limited(2))
            #expect(try harness.states(first + [strict]) == [.running, .running, .ready])
            try harness.finish(first[0])
            try #require(harness.runner.waitForStart(of: 3))
            #expect(try harness.state(strict)?.name == .running)
        }
    }

    @Test("jobs that lack nothing start beside those that do")
    func others() throws {
        try ServiceHarness(workers: 8, resources: ["gpu": 1, "net": 1]).run { harness throws in
            try harness.start(job())
            let lacking = try harness.submit(job())
            try harness.start(job(of: "net"))
            try harness.start()
            #expect(try harness.state(lacking) == .ready(since: harness.clock.now, lacks: .named("gpu")))
        }
    }

    @Test("a job that needs much is not overtaken within its queue by those that need little")
    func noOvertaking() throws {
        try ServiceHarness(workers: 8, resources: ["gpu": 3]).run { harness throws in
            let running = try [harness.start(job(1)), harness.start(job(1))]
            let much = try harness.submit(job(3))
            let little = try (0..<3).map { _ in try harness.submit(job(1)) }
            #expect(try harness.states([much] + little).allSatisfy { $0 == .ready })
            for id in running { try harness.finish(id) }
            try #require(harness.runner.waitForStart(of: 3))
            #expect(harness.runner.startedJobs.last == much)
            try harness.finish(much)
            try #require(harness.runner.waitForStart(of: 6))
        }
    }

    @Test("a job of higher priority is first in line for a resource")
    func priority() throws {
        try ServiceHarness(workers: 8, resources: ["gpu": 1]).run { harness throws in
            let running = try harness.start(job())
            let low = try harness.submit(job())
            let high = try harness.submit {
                $0.needs = ["gpu": 1]
                $0.priority = 5
            }
            try harness.finish(running)
            try #require(harness.runner.waitForStart(of: 2))
            try harness.finish(high)
            try #require(harness.runner.waitForStart(of: 3))
            #expect(harness.runner.startedJobs == [running, high, low])
        }
    }

    @Test("a job that lacks one of two resources does not keep others from the second")
    func twoResources() throws {
        try ServiceHarness(workers: 8, resources: ["a": 1, "b": 1]).run { harness throws in
            func needs(_ needs: [String: Int]) -> Submission {
                ServiceHarness.submission("both") { $0.needs = needs }
            }
            let onA = try harness.start(needs(["a": 1]))
            let onB = try harness.start(needs(["b": 1]))
            let both = try harness.submit(needs(["a": 1, "b": 1]))
            let second = try harness.submit(needs(["b": 1]))
            try harness.finish(onB)
            try #require(harness.runner.waitForStart(of: 3))
            #expect(harness.runner.startedJobs.last == second)
            try harness.finish(onA)
            try harness.finish(second)
            try #require(harness.runner.waitForStart(of: 4))
            #expect(harness.runner.startedJobs.last == both)
        }
    }

    @Test("a resource that nobody configured is refused, with those that are")
    func unknown() throws {
        try ServiceHarness(resources: ["net": 1, "gpu": 2]).run { harness throws in
            let unknown = harness.service.submit([job(of: "cpu")], by: ServiceHarness.me, isAdministrator: false)
            #expect(
                try refusal(of: unknown) == .refused(.noSuchResource("cpu", known: ["gpu", "net"]), index: 0))
            let much = harness.service.submit([job(), job(3)], by: ServiceHarness.me, isAdministrator: false)
            #expect(
                try refusal(of: much)
                    == .refused(.tooMuch(resource: "gpu", amount: 3, capacity: 2), index: 1))
            #expect(harness.service.resources == ["net": 1, "gpu": 2])
        }
    }

    @Test("an attempt that fails gives back what it had, and its next one takes it again")
    func retried() throws {
        try ServiceHarness(workers: 2, resources: ["gpu": 1]).run { harness throws in
            let id = try harness.start(
                ServiceHarness.submission("retried") {
                    $0.needs = ["gpu": 1]
                    $0.retry = RetryRequest(retries: 1, backoff: .zero)
                })
            try harness.finish(id, .exited(code: 1))
            try #require(harness.runner.waitForStart(of: 2))
            #expect(try harness.store.takers(of: .named("gpu"), limit: 9) == [id])
            try harness.finish(id)
            #expect(try harness.store.amountTaken(of: .named("gpu")) == 0)
        }
    }
}
