import JobService
import JobStore
import Jobs
import Testing
import Threading

/// Storage that fails: nothing is acknowledged any more.
@Suite(.serialized)
struct StorageFailureTests {
    private static let failure = JobStoreError.outcomeUnknown("the disk is gone")

    @Test("a submit whose commit failed is not acknowledged, and nothing of it runs")
    func submit() throws {
        try ServiceHarness().run { harness throws in
            harness.store.failWrites(Self.failure)
            let future = harness.service.submit(
                [ServiceHarness.submission()], by: ServiceHarness.me, isAdministrator: false)
            #expect(try refusal(of: future) == .outcomeUnknown(Self.failure.description))
            #expect(harness.observer.storageFailures == [Self.failure.description])
            #expect(harness.runner.started.isEmpty)
        }
    }

    @Test("after a failure every request is refused, and storage is not written again")
    func refusesAll() throws {
        try ServiceHarness().run { harness throws in
            harness.store.failWrites(Self.failure)
            _ = try refusal(of: harness.service.ping())
            let writes = harness.store.writes
            for _ in 0..<3 {
                let future = harness.service.submit(
                    [ServiceHarness.submission()], by: ServiceHarness.me, isAdministrator: false)
                #expect(try refusal(of: future) == .shuttingDown)
                #expect(
                    try refusal(of: harness.service.change([], .cancel, by: ServiceHarness.administrator))
                        == .shuttingDown)
                #expect(try refusal(of: harness.service.ping()) == .shuttingDown)
            }
            #expect(harness.store.writes == writes)
            #expect(harness.observer.storageFailures.count == 1)
        }
    }

    @Test("requests that wait while storage fails are told that the daemon stops")
    func waiting() throws {
        try ServiceHarness().run { harness throws in
            harness.store.hold()
            let first = harness.service.submit(
                [ServiceHarness.submission()], by: ServiceHarness.me, isAdministrator: false)
            try #require(harness.store.waitForHeldWrite())
            let submit = harness.service.submit(
                [ServiceHarness.submission()], by: ServiceHarness.me, isAdministrator: false)
            let cancel = harness.service.change([JobID(rawValue: 1)], .cancel, by: ServiceHarness.administrator)
            let ping = harness.service.ping()
            harness.store.failWrites(Self.failure)
            harness.store.release()
            #expect(try refusal(of: first) == .outcomeUnknown(Self.failure.description))
            #expect(try refusal(of: submit) == .shuttingDown)
            #expect(try refusal(of: cancel) == .shuttingDown)
            #expect(try refusal(of: ping) == .shuttingDown)
        }
    }

    @Test("an end that could not be stored leaves the job running in the store, and the next start finds it lost")
    func endNotStored() throws {
        let memory = MemoryJobStore()
        let store = ControlledStore(memory)
        var id = JobID(rawValue: 0)
        try ServiceHarness(store: store).run { harness throws in
            id = try harness.submit()
            try #require(harness.runner.waitForStart(of: 1))
            store.failWrites(Self.failure)
            harness.runner.finish(id)
            try #require(harness.observer.waitsForStorageFailure())
            #expect(try harness.state(id) == .running(attempt: 1))
        }
        let next = ServiceHarness(store: ControlledStore(memory))
        #expect(try next.service.start().map(\.id) == [id])
        next.stop()
        #expect(try memory.job(id)?.state == .failed(.attempt(.lost)))
    }

    @Test("a store that fails while tidying is reported, and the answers already given stand")
    func tidying() throws {
        let store = ControlledStore()
        let harness = ServiceHarness(store: store)
        try harness.run { harness throws in
            store.failTidying(Self.failure)
            let receipts = try harness.submit([ServiceHarness.submission()])
            #expect(receipts.count == 1)
            try #require(harness.observer.waitsForStorageFailure())
            #expect(try refusal(of: harness.service.ping()) == .shuttingDown)
            #expect(harness.observer.storageFailures == [Self.failure.description])
        }
    }

    @Test("a drain ends also when storage fails under it")
    func draining() throws {
        try ServiceHarness().run { harness throws in
            let id = try harness.submit()
            try #require(harness.runner.waitForStart(of: 1))
            let service = harness.service
            let isDone = Event()
            _ = try DaemonThread(name: "drain") {
                service.drain(until: .never, orWhen: Event())
                isDone.set()
            }
            try harness.ping()
            harness.store.failWrites(Self.failure)
            harness.runner.finish(id)
            try #require(harness.observer.waitsForStorageFailure())
            try #require(isDone.wait(until: .after(ServiceHarness.patience)), "the drain hangs")
        }
    }

    @Test("an abandoned service stops what runs, and its threads end")
    func abandons() throws {
        let harness = ServiceHarness(workers: 2)
        _ = try harness.service.start()
        try harness.service.open()
        try harness.submit([ServiceHarness.submission(), ServiceHarness.submission()])
        try #require(harness.runner.waitForStart(of: 2))
        harness.store.failWrites(Self.failure)
        _ = try refusal(of: harness.service.ping())
        let service = harness.service
        let isStopped = Event()
        _ = try DaemonThread(name: "stop") {
            service.abandon()
            service.stop()
            isStopped.set()
        }
        #expect(isStopped.wait(until: .after(ServiceHarness.patience)))
    }
}
