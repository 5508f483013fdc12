import JobRunner
import JobService
import JobStore
import Jobs
import Testing
import Threading

/// Settings of queues that are made while the daemon runs.
@Suite(.serialized)
struct QueueSettingTests {
    private static let administrator = ServiceHarness.administrator
    private static let name = ServiceHarness.queue("live")

    private func harness(workers: Int = 2, store: ControlledStore = ControlledStore()) -> ServiceHarness {
        ServiceHarness(queues: [QueueSettings(name: Self.name, workers: workers)], store: store)
    }

    private func jobs(_ count: Int) -> [Submission] {
        (0..<count).map { _ in ServiceHarness.submission(queue: Self.name) }
    }

    /// Waits until the queue has so many worker threads.
    private func waits(forThreads count: Int) throws -> Bool {
        let deadline = Deadline.after(ServiceHarness.patience)
        while !deadline.isPast {
            if try ThreadNames.all().count(where: { $0.hasPrefix("w:live") }) == count { return true }
        }
        return false
    }

    @Test("who changes, pauses or resumes a queue is told to the observer, a resume only where there was a pause")
    func told() throws {
        try harness().run { harness throws in
            try harness.set(.workers, "3", of: Self.name)
            try harness.set(.workers, nil, of: Self.name)
            try harness.resume(Self.name)
            try harness.pause(Self.name, .freeze)
            try harness.resume(Self.name)
            #expect(harness.observer.waits { $0 == .queueChanged(Self.name, .resumed, by: 0) })
            let changes = harness.observer.news.compactMap { news -> QueueChange? in
                if case .queueChanged(Self.name, let change, by: 0) = news { change } else { nil }
            }
            #expect(
                changes == [.set(["workers 3"]), .set(["workers as configured"]), .paused(.freeze), .resumed])
        }
    }

    @Test("more workers are threads that are there at once, and run more jobs")
    func moreWorkers() throws {
        try harness().run { harness throws in
            try harness.submit(jobs(6))
            try #require(harness.runner.waitForStart(of: 2))
            try harness.set(.workers, "5", of: Self.name)
            try #require(harness.runner.waitForStart(of: 5))
            #expect(try waits(forThreads: 5))
            #expect(harness.service.runningCount == 5)
        }
    }

    @Test("fewer workers end when they have nothing to do, and stop nothing that runs")
    func fewerWorkers() throws {
        try harness(workers: 4).run { harness throws in
            let ids = try harness.submit(jobs(8)).map(\.id)
            try #require(harness.runner.waitForStart(of: 4))
            try harness.set(.workers, "1", of: Self.name)
            #expect(harness.service.runningCount == 4)
            for id in ids.prefix(3) { try harness.finish(id) }
            #expect(try waits(forThreads: 1))
            #expect(harness.runner.started.count == 4)
            try harness.finish(ids[3])
            try #require(harness.runner.waitForStart(of: 5))
            #expect(try harness.store.counts()[Self.name, .running] == 1)
        }
    }

    @Test("workers that come and go many times are as many as was said last")
    func manyTimes() throws {
        try harness().run { harness throws in
            harness.runner.finishAll()
            for count in [1, 8, 3, 12, 2, 6] {
                try harness.set(.workers, "\(count)", of: Self.name)
                let ids = try harness.submit(jobs(20)).map(\.id)
                for id in ids { try #require(harness.observer.waitsForEnd(of: id)) }
            }
            #expect(try waits(forThreads: 6))
            #expect(harness.runner.peak(of: Self.name) <= 12)
        }
    }

    @Test("of two settings that are on their way at once the last one holds, threads and all")
    func twoAtOnce() throws {
        try harness().run { harness throws in
            harness.store.hold()
            let ping = harness.service.ping()
            try #require(harness.store.waitForHeldWrite())
            let settings = ["1", "5"].map {
                harness.service.set([(.workers, $0)], of: Self.name, by: Self.administrator)
            }
            harness.store.release()
            for future in [ping] + settings { try future.result(until: .after(ServiceHarness.patience)) }
            #expect(try waits(forThreads: 5))
            try harness.submit(jobs(5))
            try #require(harness.runner.waitForStart(of: 5))
        }
    }

    @Test("settings that are refused leave no worker behind")
    func refusedWorkers() throws {
        try harness().run { harness throws in
            let future = harness.service.set(
                [(.workers, "9"), (.rate, "often")], of: Self.name, by: Self.administrator)
            #expect(try refusal(of: future) == .badSetting("rate", problem: "must be \(StartRate.rule)"))
            #expect(try waits(forThreads: 2))
            #expect(harness.service.queues.first?.settings.workers == 2)
        }
    }

    @Test("every setting holds for the attempts that start after it, and goes back to the configuration's")
    func all() throws {
        try harness().run { harness throws in
            let service = harness.service
            let made: [(QueueSetting, String?)] = [
                (.timeout, "7s"), (.killAfter, "3s"), (.retries, "4"), (.backoff, "1min"), (.rate, "100/s"),
            ]
            try service.set(made, of: Self.name, by: Self.administrator).result(until: .after(ServiceHarness.patience))
            let status = try #require(service.queues.first)
            #expect(status.settings.timeout == .seconds(7) && status.settings.killAfter == .seconds(3))
            #expect(status.settings.retries == 4 && status.settings.backoff == .seconds(60))
            #expect(status.settings.rate == StartRate(starts: 100, per: .seconds(1)))
            #expect(Set(status.made) == [.timeout, .killAfter, .retries, .backoff, .rate])
            #expect(status.configured == QueueSettings(name: Self.name, workers: 2))
            try harness.start(ServiceHarness.submission(queue: Self.name))
            #expect(harness.runner.started.last?.timeout == .seconds(7))
            #expect(harness.runner.started.last?.killAfter == .seconds(3))
            try service.set(made.map { ($0.0, nil) }, of: Self.name, by: Self.administrator)
                .result(until: .after(ServiceHarness.patience))
            #expect(service.queues.first?.settings == status.configured && service.queues.first?.made == [])
        }
    }

    @Test(
        "a value that cannot be is refused, and nothing changes",
        arguments: [
            (QueueSetting.workers, "0"), (.workers, "1025"), (.workers, "two"), (.workers, ""), (.rate, "0/s"),
            (.retries, "-1"), (.retries, "1000001"), (.timeout, "0"), (.timeout, "soon"), (.killAfter, "25h"),
            (.backoff, "-1s"), (.backoff, "11000d"),
        ])
    func bad(setting: QueueSetting, value: String) throws {
        try harness().run { harness throws in
            let future = harness.service.set(
                [(.retries, "1"), (setting, value)], of: Self.name, by: Self.administrator)
            guard case .badSetting(setting.rawValue, let problem) = try refusal(of: future) else {
                Issue.record("it was not refused")
                return
            }
            #expect(problem.hasPrefix("must be "))
            #expect(harness.service.queues.first?.made == [])
        }
    }

    @Test("settings hold over a restart, and win over a configuration that changed")
    func restart() throws {
        let memory = MemoryJobStore()
        try harness(store: ControlledStore(memory)).run { harness throws in
            try harness.set(.workers, "5", of: Self.name)
            try harness.set(.retries, "3", of: Self.name)
            try harness.set(.retries, nil, of: Self.name)
        }
        try harness(workers: 3, store: ControlledStore(memory)).run { harness throws in
            let status = try #require(harness.service.queues.first)
            #expect(status.settings.workers == 5 && status.configured.workers == 3 && status.made == [.workers])
            #expect(try waits(forThreads: 5))
            try harness.set(.workers, nil, of: Self.name)
            #expect(try waits(forThreads: 3))
        }
    }

    @Test("the settings of a queue that is configured no more are no harm, and are there when it is back")
    func goneQueue() throws {
        let memory = MemoryJobStore()
        try harness(store: ControlledStore(memory)).run { harness throws in
            try harness.set(.workers, "4", of: Self.name)
        }
        try ServiceHarness(store: ControlledStore(memory)).run { harness throws in
            #expect(harness.service.queues.map(\.settings.name) == [.default])
        }
        try harness(store: ControlledStore(memory)).run { harness throws in
            #expect(harness.service.queues.first?.settings.workers == 4)
        }
    }

    @Test("a stored setting that cannot be stops the start with its name")
    func damaged() throws {
        let memory = MemoryJobStore()
        try memory.write { transaction throws(JobStoreError) in
            let setting = StoredSetting(value: "many", by: .daemon, at: ManualClock().now)
            try transaction.set("workers", of: Self.name, to: setting)
        }
        let harness = harness(store: ControlledStore(memory))
        let error = #expect(throws: RecoveryError.self) { try harness.service.start() }
        #expect(error?.description.contains("workers") == true)
        harness.service.stop()
    }
}
