import JobService
import JobStore
import Jobs
import Testing
import Threading

/// Whoever lacks a resource starts as soon as it can, whatever freed it.
@Suite(.serialized)
struct NeedWakeTests {
    private static func job(
        _ amount: Int = 1, queue: QueueName = .default, _ change: (inout JobSpec) -> Void = { _ in }
    ) -> Submission {
        ServiceHarness.submission("needs", queue: queue) {
            $0.needs = ["gpu": amount]
            change(&$0)
        }
    }

    /// What becomes of the first in line, so that it is there no longer.
    enum Leaving: String, CaseIterable, Sendable {
        case cancelled, held, delayed, moved, expired, demoted
    }

    private static let other = ServiceHarness.queue("other")
    private static let queues = [
        QueueSettings(name: .default, workers: 8), QueueSettings(name: other, workers: 8),
    ]

    private func leave(_ id: JobID, _ leaving: Leaving, _ harness: ServiceHarness) throws {
        switch leaving {
        case .cancelled: _ = try harness.change(id, .cancel)
        case .held: _ = try harness.change(id, .hold)
        case .delayed:
            let later = JobEdit(start: .notBefore(.after(.seconds(600))))
            _ = try harness.change(id, .edit(later))
        case .moved: _ = try harness.change(id, .edit(JobEdit(queue: Self.other)))
        case .expired: try harness.advance(by: .seconds(60))
        case .demoted: _ = try harness.change(id, .edit(JobEdit(priority: -5)))
        }
    }

    @Test("those behind the first in line start when it leaves", arguments: Leaving.allCases)
    func parkedLeaves(leaving: Leaving) throws {
        try ServiceHarness(queues: Self.queues, resources: ["gpu": 3]).run { harness throws in
            try harness.start(Self.job(1))
            let first = try harness.submit(Self.job(3) { $0.expires = .seconds(60) })
            let behind = try [harness.submit(Self.job(1)), harness.submit(Self.job(1))]
            #expect(try harness.states([first] + behind).allSatisfy { $0 == .ready })
            try leave(first, leaving, harness)
            try #require(harness.runner.waitForStart(of: 3))
            #expect(Set(harness.runner.startedJobs.suffix(2)) == Set(behind))
        }
    }

    @Test("those behind start when one leaves that could start and is kept by its queue", arguments: Leaving.allCases)
    func readyLeaves(leaving: Leaving) throws {
        try ServiceHarness(queues: Self.queues, resources: ["gpu": 1]).run { harness throws in
            let running = try harness.start(Self.job())
            let first = try harness.submit(Self.job(queue: .default) { $0.expires = .seconds(60) })
            let second = try harness.submit(Self.job())
            try harness.pause()
            // The first in line is let in and does not start: its queue is paused.
            try harness.finish(running)
            #expect(try harness.state(first) == .ready(since: harness.clock.now))
            try leave(first, leaving, harness)
            if leaving == .moved { try harness.finish(first) }
            try harness.resume()
            try #require(harness.runner.waitForStart(of: leaving == .moved ? 3 : 2))
            #expect(harness.runner.startedJobs.last == second)
        }
    }

    @Test("a paused queue does not keep a resource from another one")
    func pausedQueue() throws {
        try ServiceHarness(queues: Self.queues, resources: ["gpu": 1]).run { harness throws in
            let running = try harness.start(Self.job())
            let here = try harness.submit(Self.job())
            let there = try harness.submit(Self.job(queue: Self.other))
            try harness.pause()
            try harness.finish(running)
            try #require(harness.runner.waitForStart(of: 2))
            #expect(harness.runner.startedJobs.last == there)
            try harness.resume()
            #expect(try harness.state(here) == .ready(since: harness.clock.now, lacks: .named("gpu")))
            try harness.finish(there)
            try #require(harness.runner.waitForStart(of: 3))
            #expect(harness.runner.startedJobs.last == here)
        }
    }

    @Test("a resource that the configuration made more of lets those start who lacked it")
    func raised() throws {
        let memory = MemoryJobStore()
        var ids: [JobID] = []
        try ServiceHarness(workers: 4, resources: ["gpu": 1], store: ControlledStore(memory)).run { harness throws in
            ids = try harness.submit((0..<4).map { _ in Self.job() }).map(\.id)
            try harness.pause()
        }
        try ServiceHarness(workers: 4, resources: ["gpu": 2], store: ControlledStore(memory)).run { harness throws in
            try harness.resume()
            try #require(harness.runner.waitForStart(of: 2))
            #expect(try harness.states(ids) == [.succeeded, .running, .running, .ready])
        }
    }

    @Test("a resource that the configuration names no more is lacked, and cannot be had")
    func gone() throws {
        let memory = MemoryJobStore()
        var id = JobID(rawValue: 0)
        try ServiceHarness(resources: ["gpu": 1], store: ControlledStore(memory)).run { harness throws in
            try harness.pause()
            id = try harness.submit(Self.job())
        }
        try ServiceHarness(store: ControlledStore(memory)).run { harness throws in
            try harness.resume()
            #expect(
                try harness.why(id)
                    == .lacks(
                        Requirement(resource: .named("gpu"), amount: 1), taken: 0, bound: 0, takers: []))
        }
    }

    @Test("many jobs with two resources all come to their turn")
    func mixture() throws {
        try ServiceHarness(workers: 6, resources: ["a": 2, "b": 3]).run { harness throws in
            harness.runner.finishAll()
            let ids = try harness.submit(
                (0..<90).map { number in
                    ServiceHarness.submission("\(number)", priority: number % 3) {
                        $0.needs = [["a": 1 + number % 2], ["b": 1 + number % 3], ["a": 1, "b": 2]][number % 3]
                        if number % 5 == 0 { $0.limits = ["five": 1] }
                    }
                }
            ).map(\.id)
            for id in ids { try #require(harness.observer.waitsForEnd(of: id)) }
            #expect(try harness.store.counts().queues == [.default: [.succeeded: 90]])
        }
    }
}
