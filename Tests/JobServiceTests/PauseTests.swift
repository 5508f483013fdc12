import JobService
import JobStore
import Jobs
import Testing
import Threading

/// Queues that start nothing for a while.
@Suite(.serialized)
struct PauseTests {
    @Test("a paused queue takes jobs, starts none, and lets those end that run")
    func drain() throws {
        try ServiceHarness(workers: 2).run { harness throws in
            let running = try harness.start()
            try harness.pause()
            let receipt = try #require(try harness.submit([ServiceHarness.submission()]).first)
            #expect(receipt.state == .ready && receipt.isPaused)
            #expect(harness.runner.frozenJobs.isEmpty)
            try harness.finish(running)
            #expect(harness.runner.startedJobs == [running])
            try harness.resume()
            try #require(harness.runner.waitForStart(of: 2))
            #expect(harness.runner.startedJobs == [running, receipt.id])
        }
    }

    @Test("a frozen queue freezes what runs, and a resume lets it go on")
    func freeze() throws {
        try ServiceHarness(workers: 2).run { harness throws in
            let running = try [harness.start(), harness.start()]
            try harness.pause(.default, .freeze)
            #expect(harness.runner.frozenJobs == Set(running))
            #expect(
                try harness.why(running[0])
                    == .running(attempt: 1, since: harness.clock.now, isStopping: false, standstill: .queue))
            try harness.resume()
            #expect(harness.runner.frozenJobs.isEmpty)
        }
    }

    @Test("a frozen queue that is only to drain lets go on what runs")
    func freezeThenDrain() throws {
        try ServiceHarness().run { harness throws in
            let running = try harness.start()
            try harness.pause(.default, .freeze)
            try harness.pause(.default, .drain)
            #expect(harness.runner.frozenJobs.isEmpty)
            #expect(harness.service.queues.first?.pause?.mode == .drain)
            try harness.finish(running)
        }
    }

    @Test("one queue is frozen, another goes on")
    func otherQueue() throws {
        let names = ["a", "b"].map(ServiceHarness.queue)
        try ServiceHarness(queues: names.map { QueueSettings(name: $0, workers: 1) }).run { harness throws in
            let jobs = try names.map { try harness.start(ServiceHarness.submission(queue: $0)) }
            try harness.pause(names[0], .freeze)
            #expect(harness.runner.frozenJobs == [jobs[0]])
            try harness.finish(jobs[1])
            let next = try harness.start(ServiceHarness.submission(queue: names[1]))
            #expect(harness.runner.frozenJobs == [jobs[0]])
            #expect(try harness.state(next)?.name == .running)
        }
    }

    @Test("a pause holds over a restart, with who and when, and so does its resume")
    func restart() throws {
        let memory = MemoryJobStore()
        let clock = ManualClock()
        let since = clock.now
        var id = JobID(rawValue: 0)
        try ServiceHarness(store: ControlledStore(memory), clock: clock).run { harness throws in
            try harness.pause()
            id = try harness.submit()
        }
        clock.advance(by: .seconds(60))
        try ServiceHarness(store: ControlledStore(memory), clock: clock).run { harness throws in
            #expect(harness.runner.started.isEmpty)
            #expect(harness.service.queues.first?.pause == QueuePause(mode: .drain, by: .user(0), since: since))
            #expect(try harness.why(id) == .paused(by: .user(0), since: since))
            try harness.resume()
            try #require(harness.runner.waitForStart(of: 1))
        }
        try ServiceHarness(store: ControlledStore(memory), clock: clock).run { harness throws in
            #expect(harness.service.queues.first?.pause == nil)
        }
    }

    @Test("a queue that is not there cannot be paused, resumed or set")
    func unknown() throws {
        try ServiceHarness().run { harness throws in
            let stray = ServiceHarness.queue("stray")
            let service = harness.service
            let expected = ServiceError.noSuchQueue(stray, known: [.default])
            let administrator = ServiceHarness.administrator
            #expect(try refusal(of: service.pause(stray, .drain, by: administrator)) == expected)
            #expect(try refusal(of: service.resume(stray, by: administrator)) == expected)
            #expect(try refusal(of: service.set([(.workers, "2")], of: stray, by: administrator)) == expected)
        }
    }
}
