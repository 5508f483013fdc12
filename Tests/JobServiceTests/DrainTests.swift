import JobService
import JobStore
import Jobs
import Testing
import Threading

/// How a service ends.
@Suite(.serialized)
struct DrainTests {
    /// A drain on a thread of its own.
    private func drain(_ harness: ServiceHarness, until deadline: Deadline = .never, hurry: Event = Event()) throws
        -> Event
    {
        let service = harness.service
        let isDone = Event()
        _ = try DaemonThread(name: "drain") {
            service.drain(until: deadline, orWhen: hurry)
            isDone.set()
        }
        return isDone
    }

    /// Waits until the service starts nothing any more: what is submitted then stays.
    private func waitForDraining(_ harness: ServiceHarness) throws {
        let deadline = Deadline.after(ServiceHarness.patience)
        while true {
            let receipt = try #require(
                try harness.submit([ServiceHarness.submission(queue: ServiceHarness.queue("probe"))]).first)
            if receipt.state == .ready { return }
            harness.runner.finish(receipt.id)
            try #require(harness.observer.waitsForEnd(of: receipt.id))
            try #require(!deadline.isPast)
        }
    }

    private static let queues = [
        QueueSettings(name: .default, workers: 1), QueueSettings(name: ServiceHarness.queue("probe"), workers: 1),
    ]

    @Test("a draining service waits for what runs, starts nothing, and still stores submits")
    func waits() throws {
        try ServiceHarness(queues: Self.queues).run { harness throws in
            let running = try harness.submit()
            let waiting = try harness.submit()
            try #require(harness.runner.waitForStart(of: 1))
            let isDone = try drain(harness)
            try waitForDraining(harness)
            let late = try harness.submit()
            #expect(!isDone.isSet)
            harness.runner.finish(running)
            try #require(isDone.wait(until: .after(ServiceHarness.patience)))
            #expect(try harness.state(running) == .succeeded)
            #expect(try harness.state(waiting)?.name == .ready && harness.state(late)?.name == .ready)
            #expect(!harness.runner.startedJobs.contains(waiting))
        }
    }

    @Test("a drain that is hurried stops what runs, and its end is stored when the drain returns")
    func hurried() throws {
        try ServiceHarness(queues: Self.queues).run { harness throws in
            let id = try harness.submit()
            try #require(harness.runner.waitForStart(of: 1))
            let hurry = Event()
            let isDone = try drain(harness, hurry: hurry)
            try waitForDraining(harness)
            #expect(!isDone.isSet)
            hurry.set()
            harness.service.hurryDrain()
            try #require(isDone.wait(until: .after(ServiceHarness.patience)))
            #expect(try harness.state(id) == .failed(.attempt(.interrupted)))
        }
    }

    @Test("a drain stops at its deadline what still runs")
    func deadline() throws {
        try ServiceHarness().run { harness throws in
            let id = try harness.submit()
            try #require(harness.runner.waitForStart(of: 1))
            let isDone = try drain(harness, until: .after(.milliseconds(20)))
            try #require(isDone.wait(until: .after(ServiceHarness.patience)))
            #expect(try harness.state(id) == .failed(.attempt(.interrupted)))
        }
    }

    @Test("an idle service drains at once")
    func idle() throws {
        try ServiceHarness().run { harness throws in
            try #require(try drain(harness).wait(until: .after(ServiceHarness.patience)))
        }
    }

    @Test("a stopped service has no threads left, and takes no requests")
    func stops() throws {
        let name = ServiceHarness.queue("stopping")
        let harness = ServiceHarness(queues: [QueueSettings(name: name, workers: 3)])
        try harness.run { harness throws in
            try harness.submit((0..<5).map { _ in ServiceHarness.submission(queue: name) })
            // A thread names itself, so each must have come so far.
            try #require(harness.runner.waitForStart(of: 3))
            #expect(try ThreadNames.all().filter { $0.hasPrefix("w:stopping") }.count == 3)
            #expect(try ThreadNames.all().contains("ledger"))
        }
        #expect(try ThreadNames.all().filter { $0.hasPrefix("w:") || $0 == "ledger" } == [])
        let future = harness.service.submit(
            [ServiceHarness.submission(queue: name)], by: ServiceHarness.me, isAdministrator: false)
        #expect(try refusal(of: future) == .shuttingDown)
        #expect(
            try refusal(of: harness.service.change([JobID(rawValue: 1)], .cancel, by: ServiceHarness.administrator))
                == .shuttingDown)
        #expect(try refusal(of: harness.service.ping()) == .shuttingDown)
    }

    @Test("a service that never started can be stopped")
    func neverStarted() {
        ServiceHarness().service.stop()
    }
}
