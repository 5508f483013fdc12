import JobRunner
import JobService
import JobStore
import Jobs
import Kernel
import Testing
import Threading

/// What a start makes of what an earlier service left.
@Suite(.serialized)
struct RecoveryTests {
    /// A store with a running job, a ready one, and one whose time has come.
    private func leftovers(
        isolation: Isolation = .process
    ) throws -> (store: ControlledStore, running: JobID, ready: JobID, due: JobID) {
        var spec = ServiceHarness.submission().spec
        spec.isolation = isolation
        let memory = MemoryJobStore()
        let then = Timestamp(nanoseconds: 1_000)
        func new(_ state: JobState) -> NewJob {
            NewJob(spec: spec, submitter: ServiceHarness.me, submitted: then, state: state, token: nil)
        }
        let ids = try memory.write { transaction throws(JobStoreError) in
            let running = try transaction.insert(new(.ready(since: then)))
            guard let waiting = try transaction.job(running) else { throw .refused("it was just made") }
            var job = waiting
            job.state = .running(attempt: 1)
            job.attempts = 1
            try transaction.update(job, was: waiting)
            try transaction.begin(Attempt(number: 1, node: "node", claimed: then), of: running)
            return (
                running, try transaction.insert(new(.ready(since: then))),
                try transaction.insert(new(.scheduled(until: then)))
            )
        }
        return (ControlledStore(memory), ids.0, ids.1, ids.2)
    }

    @Test("an attempt whose end nobody saw is lost, and the start says whose it was")
    func lost() throws {
        let left = try leftovers()
        let harness = ServiceHarness(store: left.store)
        let lost = try harness.service.start()
        defer { harness.stop() }
        #expect(lost.map(\.id) == [left.running])
        #expect(lost.first?.state == .failed(.attempt(.lost)))
        #expect(harness.containment.sweepCount == 1)
        let job = try #require(try left.store.job(left.running))
        #expect(job.state == .failed(.attempt(.lost)) && job.ended == harness.clock.now && job.attempts == 1)
        let attempts = try left.store.attempts(of: left.running)
        #expect(attempts.map(\.end) == [AttemptEnd(outcome: .lost, at: harness.clock.now)])
    }

    @Test("a lost attempt ended when the last of it was killed, and not when the start began")
    func lostTime() throws {
        let left = try leftovers()
        let containment = ScriptedContainment(held: true)
        let harness = ServiceHarness(store: left.store, containment: containment)
        let service = harness.service
        let start = try DaemonThread(name: "start") { _ = try? service.start() }
        defer { harness.stop() }
        try #require(containment.begun.wait(until: .after(ServiceHarness.patience)))
        harness.clock.advance(by: .seconds(5))
        containment.mayAnswer.set()
        try #require(start.join(until: .after(ServiceHarness.patience)))
        #expect(try left.store.job(left.running)?.ended == harness.clock.now)
        let attempts = try left.store.attempts(of: left.running)
        #expect(attempts.map(\.end) == [AttemptEnd(outcome: .lost, at: harness.clock.now)])
    }

    @Test("what waited before the start runs after it, without anybody asking")
    func resumes() throws {
        let left = try leftovers()
        try ServiceHarness(workers: 1, store: left.store).run { harness throws in
            harness.runner.finishAll()
            try #require(harness.observer.waitsForEnd(of: left.due) && harness.observer.waitsForEnd(of: left.ready))
            #expect(Set(harness.runner.startedJobs) == [left.ready, left.due])
        }
    }

    @Test("nothing starts before the processes of old attempts are proven gone")
    func sweepsFirst() throws {
        let left = try leftovers()
        let containment = ScriptedContainment(held: true)
        let harness = ServiceHarness(store: left.store, containment: containment)
        let service = harness.service
        let isStarted = Promise<Int>()
        let thread = try DaemonThread(name: "start") {
            do {
                let lost = try service.start()
                try service.open()
                isStarted.succeed(lost.count)
            } catch {
                isStarted.fail(error)
            }
        }
        try #require(containment.begun.wait(until: .after(ServiceHarness.patience)))
        #expect(!isStarted.future.isDone)
        #expect(harness.runner.started.isEmpty)
        #expect(try left.store.job(left.running)?.state == .running(attempt: 1))
        containment.mayAnswer.set()
        #expect(try isStarted.future.result(until: .after(ServiceHarness.patience)) == 1)
        thread.join()
        try #require(harness.runner.waitForStart(of: 1))
        harness.stop()
    }

    @Test("nothing is claimed before the service is opened, so a start that fails half way costs no job anything")
    func claimsNothingBeforeOpen() throws {
        let left = try leftovers()
        let harness = ServiceHarness(store: left.store)
        defer { harness.stop() }
        _ = try harness.service.start()
        _ = try harness.service.ping().result(until: .after(ServiceHarness.patience))
        #expect(harness.runner.started.isEmpty)
        #expect(try left.store.job(left.ready)?.attempts == 0)
        try harness.service.open()
        #expect(harness.runner.waitForStart(of: 1))
    }

    @Test("a sweep that leaves something, or fails, stops the start", arguments: [true, false])
    func failedSweep(leavesSurvivors: Bool) throws {
        let left = try leftovers()
        let containment = ScriptedContainment(leavesSurvivors ? .survivors : .error(13))
        let harness = ServiceHarness(store: left.store, containment: containment)
        let error = #expect(throws: RecoveryError.self) { _ = try harness.service.start() }
        switch error {
        case .survivors: #expect(leavesSurvivors)
        case .containment(let error): #expect(!leavesSurvivors && error.code == 13)
        case .storage, .noManager, nil: Issue.record("\(String(describing: error))")
        }
        harness.service.stop()
        #expect(harness.runner.started.isEmpty)
        #expect(try left.store.job(left.running)?.state == .running(attempt: 1))
        // The next start tries again.
        let next = ServiceHarness(store: left.store)
        #expect(try next.service.start().map(\.id) == [left.running])
        next.stop()
    }

    @Test("storage that fails during recovery stops the start")
    func failedStorage() throws {
        let left = try leftovers()
        left.store.failWrites(.refused("read-only"))
        let harness = ServiceHarness(store: left.store)
        #expect(throws: RecoveryError.self) { _ = try harness.service.start() }
        harness.service.stop()
        #expect(harness.runner.started.isEmpty)
    }

    @Test("an attempt that may run as a unit stops a start that can ask no systemd")
    func unit() throws {
        let left = try leftovers(isolation: .unit)
        let harness = ServiceHarness(store: left.store)
        let error = #expect(throws: RecoveryError.self) { _ = try harness.service.start() }
        guard case .noManager(left.running) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        harness.service.stop()
        #expect(try left.store.job(left.running)?.state == .running(attempt: 1))
    }

    @Test("a start sweeps also where no attempt is open: what an ended one ran in may still be there")
    func sweepsAlways() throws {
        let harness = ServiceHarness()
        #expect(try harness.service.start().isEmpty)
        harness.stop()
        #expect(harness.containment.sweepCount == 1)
    }

    @Test("a service that was stopped leaves nothing to recover")
    func clean() throws {
        let memory = MemoryJobStore()
        try ServiceHarness(workers: 2, store: ControlledStore(memory)).run { harness throws in
            try harness.submit((0..<5).map { _ in ServiceHarness.submission() })
        }
        let next = ServiceHarness(store: ControlledStore(memory))
        #expect(try next.service.start().isEmpty)
        next.stop()
        #expect(try memory.counts()[.default, .running] == 0)
    }
}
