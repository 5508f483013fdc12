import JobService
import JobStore
import Jobs
import Testing
import Threading

/// What the ledger does on a disk that is full, or nearly so: step by step, without its thread.
struct SpaceTests {
    private static let now = ManualClock().now
    private static let full = JobStoreError.full("the disk")

    private let memory = MemoryJobStore()
    private let store: ControlledStore
    private let space = ScriptedSpace()
    private let core: LedgerCore

    init() throws {
        store = ControlledStore(memory)
        core = try LedgerCoreTests.core(store, space: space, workers: 2)
    }

    /// One transaction with its answers; returns what it started.
    @discardableResult
    private func process(_ entries: [LedgerEntry], after time: Duration = .zero) throws -> [Int64] {
        let effects = try core.process(entries, at: Self.now + time)
        effects.answer()
        return effects.claims.map(\.job.id.rawValue)
    }

    private func submit(
        _ submission: Submission = ServiceHarness.submission(), after time: Duration = .zero
    ) throws -> ServiceError? {
        let promise = Promise<[SubmitResult]>()
        try process([LedgerCoreTests.submit([submission], promise)], after: time)
        return try refusal(of: promise.future)
    }

    private func state(_ id: Int64) throws -> JobState.Name? { try memory.job(JobID(rawValue: id))?.state.name }

    @Test("with too little room a submit is refused, and the repeat of a stored one gets its job")
    func scarce() throws {
        let stored = ServiceHarness.submission(token: "once")
        #expect(try submit(stored) == nil)
        space.setShort(true)
        #expect(try submit() == .noSpace(ScriptedSpace.shortage))
        #expect(try submit(stored) == nil)
        #expect(try state(2) == nil)
        space.setShort(false)
        #expect(try submit() == nil)
        #expect(try state(2) == .running)
    }

    @Test("with too little room nothing starts, what runs ends, and jobs start again by themselves when there is room")
    func startsAgain() throws {
        for _ in 0..<3 { #expect(try submit() == nil) }
        space.setShort(true)
        #expect(try process([LedgerCoreTests.ended(1, 1)]) == [])
        #expect(try state(1) == .failed)
        #expect(try state(3) == .ready)
        #expect(core.shortage == ScriptedSpace.shortage)
        #expect(core.nextWake == Self.now + .seconds(1))
        space.setShort(false)
        #expect(try process([], after: .seconds(1)) == [3])
        #expect(core.nextWake == nil)
    }

    @Test("a cancel is stored with too little room")
    func cancels() throws {
        #expect(try submit(ServiceHarness.submission(delay: .seconds(60))) == nil)
        space.setShort(true)
        try process([.change([JobID(rawValue: 1)], .cancel, by: ServiceHarness.mine, Promise())])
        #expect(try state(1) == .cancelled)
    }

    @Test("where the store is full the submits of a batch are refused, and what ended in it is recorded")
    func full() throws {
        #expect(try submit() == nil)
        store.failNextWrites([Self.full])
        let promise = Promise<[SubmitResult]>()
        let new = LedgerCoreTests.submit([ServiceHarness.submission()], promise)
        try process([new, LedgerCoreTests.ended(1, 1)])
        #expect(try refusal(of: promise.future) == .noSpace(ScriptedSpace.shortage))
        #expect(space.reservesGivenUp == 1)
        #expect(try state(1) == .failed)
        #expect(try state(2) == nil)
    }

    @Test("ends for which there is no room at all are kept, tried once a second, and recorded when there is room")
    func held() throws {
        for _ in 0..<3 { #expect(try submit() == nil) }
        store.failNextWrites([Self.full, Self.full])
        #expect(try process([LedgerCoreTests.ended(1, 1)]) == [])
        #expect(try state(1) == .running)
        let pause = Duration.milliseconds(400)
        // Nothing that writes is tried meanwhile, and whoever asks whether the ledger is alive gets an answer.
        let ping = Promise<Void>()
        try process([LedgerCoreTests.ended(2, 1), .ping(ping)], after: pause)
        #expect(try refusal(of: ping.future) == nil)
        #expect(try state(2) == .running)
        #expect(core.nextWake == Self.now + .seconds(1))
        store.failNextWrites([Self.full, Self.full])
        try process([], after: .seconds(1))
        #expect(try state(1) == .running)
        #expect(core.nextWake == Self.now + .seconds(2))
        #expect(try process([], after: .seconds(2)) == [3])
        #expect(try state(1) == .failed)
        #expect(try state(2) == .failed)
        #expect(core.nextWake == nil)
    }

    @Test("while the store is full whoever wants something changed is told that there is no room")
    func changes() throws {
        #expect(try submit() == nil)
        store.failNextWrites([Self.full])
        try process([LedgerCoreTests.ended(1, 1)])
        let change = Promise<[ChangeResult]>()
        try process([.change([JobID(rawValue: 1)], .retry, by: ServiceHarness.mine, change)])
        #expect(try refusal(of: change.future) == .noSpace(ScriptedSpace.shortage))
        #expect(try state(1) == .failed)
    }

    @Test("what was to start in a transaction that found no room starts later, on the workers that it would have had")
    func startsLater() throws {
        store.failNextWrites([Self.full])
        #expect(try submit() == .noSpace(ScriptedSpace.shortage))
        for _ in 0..<2 { #expect(try submit(after: .seconds(1)) == nil) }
        #expect(try state(1) == .running)
        #expect(try state(2) == .running)
    }

    @Test("a wall clock that is set back does not keep a full store from being tried again")
    func clock() throws {
        store.failNextWrites([Self.full])
        #expect(try submit() == .noSpace(ScriptedSpace.shortage))
        #expect(try submit(after: .seconds(-86_400)) == nil)
    }
}
