import JobService
import JobStore
import Jobs
import Testing
import Threading

/// Many jobs that wait for one, one that waits for many, and long chains.
@Suite(.serialized)
struct ManyDependencyTests {
    private static let count = 1_000

    @Test("a job waits for a thousand, and starts after the last of them")
    func fanIn() throws {
        try ServiceHarness(workers: 50).run { harness throws in
            let others = try harness.submit((0..<Self.count).map { _ in ServiceHarness.submission() }).map(\.id)
            let dependencies = others.map { Dependency(on: $0, condition: .succeeded) }
            let id = try harness.submit(ServiceHarness.submission(after: dependencies))
            #expect(try harness.why(id) == .blocked(by: Array(dependencies.prefix(10)), count: Self.count))
            harness.runner.finishAll()
            try #require(harness.observer.waitsForEnd(of: id))
            #expect(harness.runner.startedJobs.last == id && harness.runner.started.count == Self.count + 1)
        }
    }

    @Test("a thousand jobs that wait for one run after it, over several transactions")
    func fanOut() throws {
        try ServiceHarness(workers: 50).run { harness throws in
            let first = try harness.start()
            let ids = try harness.submit(
                (0..<Self.count).map { _ in ServiceHarness.dependant(of: first) }
            ).map(\.id)
            let writes = harness.store.writes
            harness.runner.finishAll()
            for id in ids { try #require(harness.observer.waitsForEnd(of: id)) }
            #expect(harness.store.writes - writes > 1)
            #expect(try harness.store.counts().queues == [.default: [.succeeded: Self.count + 1]])
        }
    }

    @Test("a chain of jobs runs from its first to its last")
    func chain() throws {
        let core = try LedgerCoreTests.core(MemoryJobStore())
        let now = ManualClock().now
        for number in 0..<Int64(Self.count) {
            let after = number == 0 ? [] : [Dependency(on: JobID(rawValue: number), condition: .succeeded)]
            let submission = ServiceHarness.submission(after: after)
            _ = try core.process([LedgerCoreTests.submit([submission])], at: now)
        }
        for number in 1..<Int64(Self.count) {
            let end = AttemptEnd(outcome: .exited(code: 0), at: now)
            let attempt = AttemptID(job: JobID(rawValue: number), number: 1)
            let effects = try core.process([.ended(attempt, end)], at: now)
            try #require(effects.claims.map(\.job.id.rawValue) == [number + 1])
        }
    }

    @Test("a chain whose first job fails fails to its last, and stops nobody meanwhile")
    func failingChain() throws {
        let store = MemoryJobStore()
        let core = try LedgerCoreTests.core(store)
        let now = ManualClock().now
        let chain = (0..<Int64(Self.count)).map { number in
            ServiceHarness.submission(
                after: number == 0 ? [] : [Dependency(on: JobID(rawValue: number), condition: .succeeded)])
        }
        for submission in chain { _ = try core.process([LedgerCoreTests.submit([submission])], at: now) }
        let end = AttemptEnd(outcome: .exited(code: 1), at: now)
        var ended = try core.process([.ended(AttemptID(job: JobID(rawValue: 1), number: 1), end)], at: now).endedJobs
        #expect(ended.count < Self.count)
        while core.nextWake != nil { ended += try core.process([], at: now).endedJobs }
        #expect(ended.map(\.job.id.rawValue) == Array(1...Int64(Self.count)))
        #expect(try store.counts().queues == [.default: [.failed: Self.count]])
    }
}
