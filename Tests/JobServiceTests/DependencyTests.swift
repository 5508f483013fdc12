import JobService
import JobStore
import Jobs
import Testing
import Threading

/// Jobs that wait for others.
@Suite(.serialized)
struct DependencyTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let condition: Dependency.Condition
        let end: JobState.Name
        let isMet: Bool

        var testDescription: String { "\(condition) after \(end): \(isMet)" }
    }

    static let cases: [Case] = [
        .init(condition: .succeeded, end: .succeeded, isMet: true),
        .init(condition: .succeeded, end: .failed, isMet: false),
        .init(condition: .succeeded, end: .cancelled, isMet: false),
        .init(condition: .ended, end: .succeeded, isMet: true),
        .init(condition: .ended, end: .failed, isMet: true),
        .init(condition: .ended, end: .cancelled, isMet: true),
        .init(condition: .failed, end: .succeeded, isMet: false),
        .init(condition: .failed, end: .failed, isMet: true),
        .init(condition: .failed, end: .cancelled, isMet: true),
    ]

    private func end(_ id: JobID, as end: JobState.Name, _ harness: ServiceHarness) throws {
        guard end == .cancelled else { return try harness.finish(id, .exited(code: end == .succeeded ? 0 : 1)) }
        #expect(try harness.change(id, .cancel) == .stopping)
        try #require(harness.observer.waitsForEnd(of: id))
    }

    @Test("a job that waits for another runs or fails by how that one ends", arguments: cases)
    func whileItRuns(case: Case) throws {
        try ServiceHarness(workers: 2).run { harness throws in
            let first = try harness.start()
            let id = try harness.submit(ServiceHarness.dependant(of: first, condition: `case`.condition))
            #expect(try harness.state(id) == .blocked(notBefore: nil))
            try end(first, as: `case`.end, harness)
            try harness.ping()
            #expect(
                try harness.state(id)
                    == (`case`.isMet ? .running(attempt: 1) : .failed(.dependency(first))))
            #expect(
                try harness.store.changes(of: id).map(\.cause)
                    == [`case`.isMet ? .dependenciesMet : .dependencyFailed(on: first)])
            if !`case`.isMet {
                let failed = JobState.failed(.dependency(first))
                try #require(harness.observer.waits { $0 == .ended(id, failed, attempt: nil, nil) })
            }
        }
    }

    @Test("a job that waits for one that has ended already runs at once, or is born failed", arguments: cases)
    func afterItsEnd(case: Case) throws {
        try ServiceHarness(workers: 2).run { harness throws in
            let first = try harness.start()
            try end(first, as: `case`.end, harness)
            let dependant = ServiceHarness.dependant(of: first, condition: `case`.condition)
            let receipt = try #require(try harness.submit([dependant]).first)
            #expect(receipt.state == (`case`.isMet ? .running : .failed))
            if !`case`.isMet {
                #expect(try harness.state(receipt.id) == .failed(.dependency(first)))
                #expect(try harness.job(receipt.id).ended == harness.clock.now)
            }
        }
    }

    @Test("a job waits for all, and fails with the first that ends otherwise")
    func several() throws {
        try ServiceHarness(workers: 3).run { harness throws in
            let others = try [harness.start(), harness.start(), harness.start()]
            let all = try harness.submit(ServiceHarness.dependant(of: others[0], others[1], others[2]))
            let two = try harness.submit(ServiceHarness.dependant(of: others[0], others[1]))
            try harness.finish(others[0])
            #expect(try harness.job(all).openDependencies == 2 && harness.job(two).openDependencies == 1)
            try harness.finish(others[1])
            try #require(harness.runner.waitForStart(of: 4))
            #expect(harness.runner.startedJobs.last == two)
            try harness.finish(others[2], .exited(code: 1))
            try #require(harness.observer.waitsForEnd(of: all))
            #expect(try harness.state(all) == .failed(.dependency(others[2])))
            #expect(try harness.service.dependencies(of: all, limit: 9).map(\.on) == others)
        }
    }

    @Test("failure is handed on from job to job, and those that wait for a failure run")
    func cascade() throws {
        try ServiceHarness(workers: 2).run { harness throws in
            let first = try harness.start()
            let second = try harness.submit(ServiceHarness.dependant(of: first))
            let third = try harness.submit(ServiceHarness.dependant(of: second))
            let onFailure = try harness.submit(ServiceHarness.dependant(of: third, condition: .failed))
            try harness.finish(first, .exited(code: 1))
            try #require(harness.runner.waitForStart(of: 2))
            #expect(harness.runner.startedJobs == [first, onFailure])
            #expect(try harness.state(third) == .failed(.dependency(second)))
        }
    }

    @Test("a job that waits for itself, for a later one, or for another user's cannot be")
    func unknown() throws {
        try ServiceHarness().run { harness throws in
            let yours = try harness.submit(ServiceHarness.submission(), by: ServiceHarness.you)
            for other in [yours, JobID(rawValue: yours.rawValue + 1), JobID(rawValue: 0)] {
                let future = harness.service.submit(
                    [ServiceHarness.dependant(of: other)], by: ServiceHarness.me, isAdministrator: false)
                #expect(try refusal(of: future) == .refused(.noSuchDependency(other), index: 0))
            }
            let allowed = try harness.submit(
                [ServiceHarness.dependant(of: yours)], by: ServiceHarness.me, isAdministrator: true)
            #expect(allowed.map(\.state) == [.blocked])
        }
    }

    @Test("a job that waits for others and for a time waits for both")
    func andTime() throws {
        try ServiceHarness(workers: 2).run { harness throws in
            let first = try harness.start()
            let due = harness.clock.now + .seconds(60)
            let id = try harness.submit(
                ServiceHarness.submission(
                    delay: .seconds(60), after: [Dependency(on: first, condition: .succeeded)]))
            #expect(try harness.state(id) == .blocked(notBefore: due))
            try harness.finish(first)
            #expect(try harness.state(id) == .scheduled(until: due))
            try harness.advance(by: .seconds(60))
            #expect(try harness.state(id) == .running(attempt: 1))
        }
    }

    @Test("a job that another waits for and that fails is tried again before the other is told")
    func retriedAttempt() throws {
        try ServiceHarness(workers: 2).run { harness throws in
            let first = try harness.start(
                ServiceHarness.submission("retried") { $0.retry = RetryRequest(retries: 1, backoff: .zero) })
            let id = try harness.submit(ServiceHarness.dependant(of: first))
            try harness.finish(first, .exited(code: 1))
            #expect(try harness.state(id)?.name == .blocked)
            try harness.finish(first)
            try #require(harness.runner.waitForStart(of: 3))
            #expect(try harness.state(id)?.name == .running)
        }
    }

    @Test("a job whose dependency failed is retried only after that one, and waits for it while it runs")
    func retry() throws {
        try ServiceHarness(workers: 2).run { harness throws in
            let first = try harness.start()
            let id = try harness.submit(ServiceHarness.dependant(of: first))
            try harness.finish(first, .exited(code: 1))
            try #require(harness.observer.waitsForEnd(of: id))
            #expect(try harness.change(id, .retry) == .refused(.dependencyFailed(on: first)))
            #expect(try harness.change([first, id], .retry) == [.done(.ready), .done(.blocked)])
            try harness.finish(first)
            try #require(harness.runner.waitForStart(of: 3))
            #expect(harness.runner.startedJobs == [first, first, id])
        }
    }

    @Test("a cancelled job does not run when what it waited for ends, and counts it for a retry")
    func cancelledThenMet() throws {
        try ServiceHarness(workers: 2).run { harness throws in
            let first = try harness.start()
            let id = try harness.submit(ServiceHarness.dependant(of: first))
            #expect(try harness.change(id, .cancel) == .done(.cancelled))
            try harness.finish(first)
            try harness.ping()
            #expect(try harness.state(id) == .cancelled && harness.job(id).openDependencies == 0)
            #expect(try harness.change(id, .retry) == .done(.ready))
            try #require(harness.runner.waitForStart(of: 2))
        }
    }
}
