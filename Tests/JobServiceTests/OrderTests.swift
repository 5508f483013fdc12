import JobService
import JobStore
import Jobs
import Testing
import Threading

/// Who comes first in a queue.
@Suite(.serialized)
struct OrderTests {
    @Test("a job that is edited to a higher priority starts before those that were there before it")
    func edited() throws {
        try ServiceHarness().run { harness throws in
            let blocker = try harness.start()
            let ids = try (0..<3).map { _ in try harness.submit() }
            #expect(try harness.change(ids[2], .edit(JobEdit(priority: 1))) == .done(.ready))
            harness.runner.finishAll()
            try #require(harness.runner.waitForStart(of: 4))
            #expect(harness.runner.startedJobs == [blocker, ids[2], ids[0], ids[1]])
        }
    }

    @Test("a job whose new time makes no difference keeps its place")
    func sameTime() throws {
        try ServiceHarness().run { harness throws in
            let blocker = try harness.start()
            let first = try harness.submit()
            let second = try harness.submit()
            harness.clock.advance(by: .seconds(1))
            #expect(try harness.change(first, .edit(JobEdit(start: .atOnce))) == .done(.ready))
            harness.runner.finishAll()
            try #require(harness.runner.waitForStart(of: 3))
            #expect(harness.runner.startedJobs == [blocker, first, second])
        }
    }

    @Test("a job that was held takes its place by the time of its release")
    func released() throws {
        try ServiceHarness().run { harness throws in
            let blocker = try harness.start()
            let held = try harness.submit { $0.isHeld = true }
            let other = try harness.submit()
            harness.clock.advance(by: .seconds(1))
            #expect(try harness.change(held, .release) == .done(.ready))
            harness.runner.finishAll()
            try #require(harness.runner.waitForStart(of: 3))
            #expect(harness.runner.startedJobs == [blocker, other, held])
        }
    }

    @Test("after a submit of higher priority is answered no job of lower priority starts before it")
    func inversion() throws {
        // Real time, so that each transaction has an instant of its own.
        try ServiceHarness(workers: 3, realTime: true).run { harness throws in
            harness.runner.finishAll()
            let low = try harness.submit((0..<300).map { _ in ServiceHarness.submission() }).map(\.id)
            var high: [JobID] = []
            for round in 1...8 {
                try #require(harness.runner.waitForStart(of: round * 20))
                high.append(try harness.submit(ServiceHarness.submission(priority: round)))
            }
            for id in low + high { try #require(harness.observer.waitsForEnd(of: id)) }
            let starts = try low.map { try #require(try harness.store.attempts(of: $0).first).claimed }
            for id in high {
                let submitted = try harness.job(id).submitted
                let claimed = try #require(try harness.store.attempts(of: id).first).claimed
                #expect(starts.count { $0 >= submitted && $0 < claimed } == 0)
            }
            let first = try harness.job(high[0]).submitted
            #expect(starts.count { $0 > first } > 100, "nothing was left that it could have waited for")
        }
    }
}
