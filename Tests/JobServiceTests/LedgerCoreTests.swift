import JobService
import JobStore
import Jobs
import Testing
import Threading

/// What the ledger does, step by step, without its thread.
struct LedgerCoreTests {
    private static let now = ManualClock().now

    static func core(
        _ store: any JobStore, space: any StateSpace = EndlessSpace(), workers: Int = 1,
        resources: [String: Int] = [:]
    ) throws -> LedgerCore {
        let settings = ServiceSettings(
            queues: [QueueSettings(name: .default, workers: workers)], resources: resources)
        let core = try LedgerCore(store: store, space: space, settings: settings, node: "node", jitter: { 0 })
        _ = try core.process([.setClaiming(true, Promise())], at: now)
        return core
    }

    static func submit(
        _ submissions: [Submission], _ promise: Promise<[SubmitResult]> = Promise()
    ) -> LedgerEntry {
        .submit(submissions, by: ServiceHarness.me, isAdministrator: false, partial: false, promise.keep)
    }

    static func ended(_ job: Int64, _ attempt: Int) -> LedgerEntry {
        .ended(
            AttemptID(job: JobID(rawValue: job), number: attempt), AttemptEnd(outcome: .exited(code: 1), at: now))
    }

    @Test("the end of an attempt that is not the current one frees no worker and changes nothing")
    func staleEnd() throws {
        let store = MemoryJobStore()
        let core = try Self.core(store)
        let retried = ServiceHarness.submission("retried") {
            $0.retry = RetryRequest(retries: 1, backoff: .zero)
        }
        _ = try core.process([Self.submit([retried, ServiceHarness.submission()])], at: Self.now)
        #expect(try core.process([Self.ended(1, 1)], at: Self.now).claims.map(\.job.id.rawValue) == [1])
        #expect(try core.process([Self.ended(1, 1)], at: Self.now).claims.isEmpty)
        #expect(try store.job(JobID(rawValue: 1))?.state == .running(attempt: 2))
        #expect(try store.job(JobID(rawValue: 2))?.state.name == .ready)
    }

    @Test("more jobs than one transaction looks at start when there is enough of what they lacked")
    func manyAdmitted() throws {
        let store = MemoryJobStore()
        let lacking = NewJob(
            spec: ServiceHarness.submission("lacks") { $0.needs = ["gpu": 1] }.spec, submitter: ServiceHarness.me,
            submitted: Self.now, state: .ready(since: Self.now, lacks: .named("gpu")))
        try store.write { transaction throws(JobStoreError) in
            for _ in 0..<510 { _ = try transaction.insert(lacking) }
        }
        let core = try Self.core(store, workers: 600, resources: ["gpu": 505])
        for _ in 0..<10 { _ = try core.process([], at: Self.now) }
        #expect(try store.counts()[.default, .running] == 505)
        #expect(core.nextWake == nil)
    }

    @Test("a job is not removed before all who wait for it were told of its end")
    func notRemovedBeforeTold() throws {
        let store = MemoryJobStore()
        let core = try Self.core(store)
        let first = JobID(rawValue: 1)
        _ = try core.process([Self.submit([ServiceHarness.submission()])], at: Self.now)
        _ = try core.process(
            [Self.submit((0..<510).map { _ in ServiceHarness.dependant(of: first) })], at: Self.now)
        _ = try core.process([Self.ended(1, 1)], at: Self.now)
        #expect(try store.counts()[.default, .blocked] == 10)
        let retired = RetiredJob(id: first, attempts: 1, ended: Self.now)
        _ = try core.process([.remove([retired], Promise())], at: Self.now)
        #expect(try store.job(first) != nil)
        #expect(try store.counts()[.default, .blocked] == 0)
        _ = try core.process([.remove([retired], Promise())], at: Self.now)
        #expect(try store.job(first) == nil)
    }

    @Test("a job that was retried before it could be removed stays")
    func notRemovedWhenRetried() throws {
        let store = MemoryJobStore()
        let core = try Self.core(store)
        let first = JobID(rawValue: 1)
        _ = try core.process([Self.submit([ServiceHarness.submission()])], at: Self.now)
        _ = try core.process([Self.ended(1, 1)], at: Self.now)
        let retired = RetiredJob(id: first, attempts: 1, ended: Self.now)
        let retry = LedgerEntry.change([first], .retry, by: ServiceHarness.mine, Promise())
        _ = try core.process([retry, .remove([retired], Promise())], at: Self.now)
        #expect(try store.job(first)?.state == .running(attempt: 2))
        _ = try core.process([Self.ended(1, 2)], at: Self.now + .seconds(1))
        _ = try core.process([.remove([retired], Promise())], at: Self.now + .seconds(1))
        #expect(try store.job(first) != nil)
    }

    @Test("the ledger sleeps until the earliest time that anything waits for")
    func nextWake() throws {
        let store = MemoryJobStore()
        let core = try Self.core(store)
        #expect(core.nextWake == nil)
        _ = try core.process([Self.submit([ServiceHarness.submission(delay: .seconds(60))])], at: Self.now)
        #expect(core.nextWake == Self.now + .seconds(60))
        let expiring = ServiceHarness.submission("late", delay: .seconds(90)) { $0.expires = .seconds(30) }
        _ = try core.process([Self.submit([expiring])], at: Self.now)
        #expect(core.nextWake == Self.now + .seconds(30))
        _ = try core.process([], at: Self.now + .seconds(30))
        #expect(core.nextWake == Self.now + .seconds(60))
        _ = try core.process([], at: Self.now + .seconds(60))
        #expect(core.nextWake == nil)
    }
}
