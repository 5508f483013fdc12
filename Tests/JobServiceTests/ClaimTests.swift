import JobService
import JobStore
import Jobs
import Testing
import Threading

/// Which job runs when.
@Suite(.serialized)
struct ClaimTests {
    @Test("a queue runs as many jobs at once as it has workers, and never more")
    func workers() throws {
        try ServiceHarness(workers: 3).run { harness throws in
            let ids = try harness.submit((0..<12).map { _ in ServiceHarness.submission() }).map(\.id)
            try #require(harness.runner.waitForStart(of: 3))
            try harness.ping()
            #expect(harness.runner.startedJobs.sorted() == Array(ids.prefix(3)))
            #expect(try harness.store.counts().queues == [.default: [.running: 3, .ready: 9]])
            for (index, id) in ids.enumerated() {
                harness.runner.finish(id)
                try #require(harness.observer.waitsForEnd(of: id))
                #expect(harness.service.runningCount <= 3)
                try #require(harness.runner.waitForStart(of: min(12, index + 4)))
            }
            #expect(harness.runner.peak(of: .default) == 3)
            #expect(try harness.store.counts().queues == [.default: [.succeeded: 12]])
        }
    }

    @Test("jobs start by priority, then in the order in which they came")
    func order() throws {
        try ServiceHarness(workers: 1).run { harness throws in
            let first = try harness.submit()
            var ids: [Int: JobID] = [:]
            for (index, priority) in [0, 5, -5, 5, 0, 1000].enumerated() {
                harness.clock.advance(by: .seconds(1))
                ids[index] = try harness.submit(ServiceHarness.submission(priority: priority))
            }
            let expected = [first] + [5, 1, 3, 0, 4, 2].compactMap { ids[$0] }
            for (index, id) in expected.enumerated() {
                try #require(harness.runner.waitForStart(of: index + 1))
                harness.runner.finish(id)
            }
            try #require(harness.observer.waitsForEnd(of: expected[6]))
            #expect(harness.runner.startedJobs == expected)
        }
    }

    @Test("a full queue does not hold up another")
    func lanes() throws {
        let names = ["a", "b"].map(ServiceHarness.queue)
        try ServiceHarness(queues: names.map { QueueSettings(name: $0, workers: 1) }).run { harness throws in
            try harness.submit((0..<3).map { _ in ServiceHarness.submission(queue: names[0]) })
            try #require(harness.runner.waitForStart(of: 1))
            let other = try harness.submit(ServiceHarness.submission(queue: names[1]))
            try #require(harness.runner.waitForStart(of: 2))
            #expect(harness.runner.startedJobs.last == other)
        }
    }

    @Test("an attempt is noted before it runs, and its end when it has ended")
    func attempts() throws {
        try ServiceHarness().run { harness throws in
            let id = try harness.submit()
            try #require(harness.runner.waitForStart(of: 1))
            #expect(try harness.state(id) == .running(attempt: 1))
            let begun = Attempt(number: 1, node: "node", claimed: harness.clock.now)
            #expect(try harness.store.attempts(of: id) == [begun])
            harness.runner.finish(id, .exited(code: 3))
            try #require(harness.observer.waitsForEnd(of: id))
            let job = try #require(try harness.store.job(id))
            #expect(
                job.state == .failed(.attempt(.exited(code: 3))) && job.attempts == 1 && job.ended == harness.clock.now)
            let attempt = try #require(try harness.store.attempts(of: id).first)
            #expect(attempt.end?.outcome == .exited(code: 3))
            #expect(attempt.end?.cost?.maxResident == 1 << 20)
            #expect(
                harness.observer.news == [
                    .started(id, attempt: 1),
                    .ended(id, .failed(.attempt(.exited(code: 3))), attempt: 1, .exited(code: 3)),
                ])
        }
    }

    @Test(
        "an outcome decides the final state",
        arguments: [
            (Outcome.exited(code: 0), JobState.succeeded), (.exited(code: 1), .failed(.attempt(.exited(code: 1)))),
            (.signalled(9), .failed(.attempt(.signalled(9)))), (.timedOut, .failed(.attempt(.timedOut))),
            (.cancelled, .cancelled),
            (.couldNotStart(step: .execute, errno: 2), .failed(.attempt(.couldNotStart(step: .execute, errno: 2)))),
            (.interrupted, .failed(.attempt(.interrupted))), (.lost, .failed(.attempt(.lost))),
        ])
    func outcomes(outcomeAndState: (Outcome, JobState)) throws {
        try ServiceHarness().run { harness throws in
            let id = try harness.submit()
            harness.runner.finish(id, outcomeAndState.0)
            try #require(harness.observer.waitsForEnd(of: id))
            #expect(try harness.state(id) == outcomeAndState.1)
        }
    }

    @Test("a delayed job becomes ready when its time has come, and not before")
    func delay() throws {
        try ServiceHarness().run { harness throws in
            let id = try harness.submit(ServiceHarness.submission(delay: .seconds(60)))
            let due = harness.clock.now + .seconds(60)
            #expect(try harness.state(id) == .scheduled(until: due))
            harness.clock.advance(by: .seconds(60) - .nanoseconds(1))
            try harness.ping()
            #expect(try harness.state(id) == .scheduled(until: due))
            harness.clock.advance(by: .nanoseconds(1))
            try harness.ping()
            try #require(harness.runner.waitForStart(of: 1))
            #expect(try harness.state(id) == .running(attempt: 1))
        }
    }

    @Test("delayed jobs take their place by the time they waited for")
    func delayedOrder() throws {
        try ServiceHarness(workers: 1).run { harness throws in
            let blocker = try harness.submit()
            let late = try harness.submit(ServiceHarness.submission(delay: .seconds(30)))
            let early = try harness.submit(ServiceHarness.submission(delay: .seconds(10)))
            harness.clock.advance(by: .seconds(20))
            let middle = try harness.submit()
            harness.clock.advance(by: .seconds(20))
            try harness.ping()
            harness.runner.finishAll()
            for id in [blocker, early, middle, late] { try #require(harness.observer.waitsForEnd(of: id)) }
            #expect(harness.runner.startedJobs == [blocker, early, middle, late])
        }
    }

    @Test("the ledger wakes by itself when a job is due")
    func wakesByItself() throws {
        try ServiceHarness(realTime: true).run { harness throws in
            let before = Deadline.now
            try harness.submit([
                ServiceHarness.submission(delay: .milliseconds(40)),
                ServiceHarness.submission(delay: .milliseconds(20)),
            ])
            #expect(harness.runner.started.isEmpty)
            harness.runner.finishAll()
            try #require(harness.runner.waitForStart(of: 2))
            #expect(before.advanced(by: .milliseconds(40)).isPast)
        }
    }

    @Test("a thousand and more jobs that are due at once all run")
    func manyDue() throws {
        try ServiceHarness(workers: 30).run { harness throws in
            harness.runner.finishAll()
            let receipts = try harness.submit((0..<1_100).map { _ in ServiceHarness.submission(delay: .seconds(1)) })
            harness.clock.advance(by: .seconds(2))
            try harness.ping()
            for receipt in receipts { try #require(harness.observer.waitsForEnd(of: receipt.id)) }
            #expect(try harness.store.counts().queues == [.default: [.succeeded: 1_100]])
        }
    }
}
