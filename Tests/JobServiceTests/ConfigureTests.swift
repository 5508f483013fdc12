import JobRunner
import JobService
import JobStore
import Jobs
import Testing
import Threading

/// Another configuration while the service runs.
@Suite(.serialized)
struct ConfigureTests {
    private static let live = ServiceHarness.queue("live")
    private static let new = ServiceHarness.queue("new")

    private func settings(
        _ queues: [QueueSettings], resources: [String: Int] = [:], retention: Retention = .default
    ) -> ServiceSettings {
        ServiceSettings(queues: queues, resources: resources, retention: retention)
    }

    private func configure(_ harness: ServiceHarness, _ settings: ServiceSettings) throws {
        try harness.service.configure(settings).result(until: .after(ServiceHarness.patience))
    }

    private func jobs(_ count: Int, in queue: QueueName) -> [Submission] {
        (0..<count).map { _ in ServiceHarness.submission(queue: queue) }
    }

    @Test("a queue that is new takes jobs and has workers at once")
    func newQueue() throws {
        let old = QueueSettings(name: Self.live, workers: 1)
        try ServiceHarness(queues: [old]).run { harness throws in
            #expect(throws: ServiceError.self) { try harness.submit(jobs(1, in: Self.new)) }
            try configure(harness, settings([old, QueueSettings(name: Self.new, workers: 2)]))
            try harness.submit(jobs(3, in: Self.new))
            try #require(harness.runner.waitForStart(of: 2))
            #expect(harness.service.runningCount == 2)
            #expect(harness.service.queues.map(\.settings.name) == [Self.live, Self.new])
        }
    }

    @Test("jobs of a queue that was forgotten before run when it is configured again, and the count of them is right")
    func queueOfOld() throws {
        let memory = MemoryJobStore()
        let both = [QueueSettings(name: Self.live, workers: 1), QueueSettings(name: Self.new, workers: 1)]
        try ServiceHarness(queues: both, store: ControlledStore(memory)).run { harness throws in
            try harness.service.pause(Self.new, .drain, by: ServiceHarness.administrator).result()
            try harness.submit(jobs(2, in: Self.new))
        }
        try ServiceHarness(queues: [both[0]], store: ControlledStore(memory)).run { harness throws in
            try configure(harness, settings([both[0], QueueSettings(name: Self.new, workers: 1)]))
            try harness.service.resume(Self.new, by: ServiceHarness.administrator).result()
            try #require(harness.runner.waitForStart(of: 1))
            let receipt = try #require(try harness.submit(jobs(1, in: Self.new)).first)
            #expect(receipt.ahead == 1)
        }
    }

    @Test("a queue that is taken out starts nothing more, and its running jobs end well")
    func goneQueue() throws {
        let gone = QueueSettings(name: Self.new, workers: 1)
        let stays = QueueSettings(name: Self.live, workers: 1)
        try ServiceHarness(queues: [stays, gone]).run { harness throws in
            let ids = try harness.submit(jobs(2, in: Self.new)).map(\.id)
            try #require(harness.runner.waitForStart(of: 1))
            try configure(harness, settings([stays]))
            #expect(harness.service.queues.map(\.settings.name) == [Self.live])
            #expect(throws: ServiceError.self) { try harness.submit(jobs(1, in: Self.new)) }
            #expect(throws: ServiceError.self) { try harness.set(.workers, "4", of: Self.new) }
            try harness.finish(ids[0])
            #expect(try harness.store.job(ids[0])?.state == .succeeded)
            try harness.ping()
            #expect(harness.runner.started.count == 1)
            // It comes back while nothing of it runs: the worker that it had is free.
            try configure(harness, settings([stays, gone]))
            try #require(harness.runner.waitForStart(of: 2))
        }
    }

    @Test("a queue that comes back while a job of it still runs does not start more than its workers")
    func comesBack() throws {
        let gone = QueueSettings(name: Self.new, workers: 1)
        let stays = QueueSettings(name: Self.live, workers: 1)
        try ServiceHarness(queues: [stays, gone]).run { harness throws in
            let ids = try harness.submit(jobs(2, in: Self.new)).map(\.id)
            try #require(harness.runner.waitForStart(of: 1))
            try configure(harness, settings([stays]))
            try configure(harness, settings([stays, gone]))
            try harness.ping()
            #expect(harness.service.runningCount == 1)
            try harness.finish(ids[0])
            try #require(harness.runner.waitForStart(of: 2))
        }
    }

    @Test("more and fewer workers hold at once, and what runs is not stopped")
    func workers() throws {
        try ServiceHarness(queues: [QueueSettings(name: Self.live, workers: 1)]).run { harness throws in
            let ids = try harness.submit(jobs(6, in: Self.live)).map(\.id)
            try #require(harness.runner.waitForStart(of: 1))
            try configure(harness, settings([QueueSettings(name: Self.live, workers: 3)]))
            try #require(harness.runner.waitForStart(of: 3))
            try configure(harness, settings([QueueSettings(name: Self.live, workers: 1)]))
            #expect(harness.service.runningCount == 3)
            for id in ids.prefix(2) { try harness.finish(id) }
            try harness.ping()
            #expect(harness.runner.started.count == 3)
            try harness.finish(ids[2])
            try #require(harness.runner.waitForStart(of: 4))
        }
    }

    @Test("what was set while the daemon ran holds on, and goes back to the newest configuration")
    func madeSettings() throws {
        try ServiceHarness(queues: [QueueSettings(name: Self.live, workers: 1)]).run { harness throws in
            try harness.set(.workers, "2", of: Self.live)
            try configure(harness, settings([QueueSettings(name: Self.live, workers: 5, retries: 7)]))
            var queue = try #require(harness.service.queues.first)
            #expect(queue.settings.workers == 2 && queue.settings.retries == 7)
            try harness.set(.workers, nil, of: Self.live)
            queue = try #require(harness.service.queues.first)
            #expect(queue.settings.workers == 5)
        }
    }

    @Test("jobs that wait for a resource start when there is more of it")
    func resources() throws {
        let queue = QueueSettings(name: Self.live, workers: 4)
        try ServiceHarness(queues: [queue], resources: ["gpu": 1]).run { harness throws in
            try harness.submit(
                (0..<3).map { _ in ServiceHarness.submission(queue: Self.live) { $0.needs = ["gpu": 1] } })
            try #require(harness.runner.waitForStart(of: 1))
            try configure(harness, settings([queue], resources: ["gpu": 2]))
            try #require(harness.runner.waitForStart(of: 2))
            try harness.ping()
            #expect(harness.service.runningCount == 2)
            #expect(harness.service.resources == ["gpu": 2])
        }
    }

    @Test("retention goes by the newest configuration")
    func retention() throws {
        let queue = QueueSettings(name: Self.live, workers: 1)
        try ServiceHarness(queues: [queue]).run { harness throws in
            let id = try #require(try harness.submit(jobs(1, in: Self.live)).first).id
            try #require(harness.runner.waitForStart(of: 1))
            try harness.finish(id)
            try harness.service.removeRetiredJobs { _ in }
            #expect(try harness.store.job(id) != nil)
            var strict = Retention.default
            strict.keep = 0
            try configure(harness, settings([queue], retention: strict))
            try harness.service.removeRetiredJobs { _ in }
            #expect(try harness.store.job(id) == nil)
        }
    }
}
