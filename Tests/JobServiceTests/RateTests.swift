import JobService
import JobStore
import Jobs
import Testing
import Threading

/// Queues that may start only so many jobs per time.
@Suite(.serialized)
struct RateTests {
    private static func queue(_ starts: Int, per duration: Duration = .seconds(60)) -> [QueueSettings] {
        [QueueSettings(name: .default, workers: 14, rate: StartRate(starts: starts, per: duration))]
    }

    @Test("a queue starts no more than its rate, and the next at exactly its time")
    func bound() throws {
        try ServiceHarness(queues: Self.queue(4)).run { harness throws in
            let begin = harness.clock.now
            let ids = try harness.submit((0..<10).map { _ in ServiceHarness.submission() }).map(\.id)
            #expect(try harness.states(ids).count { $0 == .running } == 4)
            let rate = StartRate(starts: 4, per: .seconds(60))
            #expect(try harness.why(ids[4]) == .rate(rate, next: begin + .seconds(15)))
            for count in 5...10 {
                try harness.advance(by: .seconds(15) + .microseconds(-1))
                #expect(try harness.states(ids).count { $0 == .running } == count - 1)
                try harness.advance(by: .microseconds(1))
                #expect(try harness.states(ids).count { $0 == .running } == count)
            }
        }
    }

    @Test("the ledger wakes by itself when the rate lets the next job start")
    func wakes() throws {
        try ServiceHarness(queues: Self.queue(2, per: .milliseconds(60)), realTime: true).run { harness throws in
            let begin = Deadline.now
            let ids = try harness.submit((0..<4).map { _ in ServiceHarness.submission() }).map(\.id)
            try #require(harness.runner.waitForStart(of: 4))
            #expect(begin.advanced(by: .milliseconds(59)).isPast)
            let starts = try ids.map { try #require(try harness.store.attempts(of: $0).first).claimed }
            #expect(starts[3] - starts[0] >= .milliseconds(59))
        }
    }

    @Test("a restart is no way round a rate")
    func restart() throws {
        let memory = MemoryJobStore()
        let clock = ManualClock()
        var ids: [JobID] = []
        try ServiceHarness(queues: Self.queue(4), store: ControlledStore(memory), clock: clock).run { harness throws in
            ids = try harness.submit((0..<4).map { _ in ServiceHarness.submission() }).map(\.id)
            for id in ids { try harness.finish(id) }
        }
        clock.advance(by: .seconds(14))
        try ServiceHarness(queues: Self.queue(4), store: ControlledStore(memory), clock: clock).run { harness throws in
            let id = try harness.submit()
            #expect(try harness.state(id)?.name == .ready)
            try harness.advance(by: .seconds(1))
            #expect(try harness.state(id)?.name == .running)
        }
    }

    @Test("a clock that was set back holds a queue up for no longer than its rate does")
    func clockBack() throws {
        try ServiceHarness(queues: Self.queue(4)).run { harness throws in
            let ids = try harness.submit((0..<6).map { _ in ServiceHarness.submission() }).map(\.id)
            harness.clock.advance(by: .seconds(-36_000))
            try harness.ping()
            #expect(try harness.states(ids).count { $0 == .running } == 4)
            try harness.advance(by: .seconds(15))
            #expect(try harness.states(ids).count { $0 == .running } == 5)
            try harness.advance(by: .seconds(15))
            #expect(try harness.states(ids).count { $0 == .running } == 6)
        }
    }

    @Test("a rate that is set while the daemon runs holds at once, and what was used under a slower one is no burden")
    func live() throws {
        try ServiceHarness(queues: Self.queue(1, per: .seconds(43_200))).run { harness throws in
            let ids = try harness.submit((0..<30).map { _ in ServiceHarness.submission() }).map(\.id)
            #expect(try harness.states(ids).count { $0 == .running } == 1)
            try harness.set(.rate, "10/s")
            try harness.advance(by: .milliseconds(100))
            #expect(try harness.states(ids).count { $0 == .running } == 2)
            try harness.advance(by: .seconds(1))
            #expect(try harness.states(ids).count { $0 == .running } == 12)
            try harness.set(.rate, nil)
            #expect(try harness.states(ids).count { $0 == .running } == 12)
        }
    }

    @Test("a retry is a start like any other")
    func retries() throws {
        try ServiceHarness(queues: Self.queue(1)).run { harness throws in
            let id = try harness.start(
                ServiceHarness.submission("retried") { $0.retry = RetryRequest(retries: 1, backoff: .zero) })
            try harness.finish(id, .exited(code: 1))
            #expect(try harness.state(id)?.name == .ready)
            try harness.advance(by: .seconds(60))
            #expect(try harness.state(id) == .running(attempt: 2))
        }
    }
}
