import JobService
import JobStore
import Jobs
import Testing
import Threading

/// No two unfinished jobs of a user have the same key.
@Suite(.serialized)
struct KeyTests {
    private func job(
        _ word: String = "job", _ conflict: UniqueKey.Conflict = .existing, key: String = "k"
    ) -> Submission {
        ServiceHarness.submission(word) { $0.key = UniqueKey(key, onConflict: conflict) }
    }

    private func refusal(
        _ harness: ServiceHarness, _ submissions: Submission..., by submitter: Submitter = ServiceHarness.me
    ) throws -> ServiceError? {
        try JobServiceTests.refusal(
            of: harness.service.submit(submissions, by: submitter, isAdministrator: false))
    }

    @Test("a key that an unfinished job has gives that job")
    func existing() throws {
        try ServiceHarness().run { harness throws in
            let first = try harness.submit(job())
            let again = try #require(try harness.submit([job("other")]).first)
            #expect(again.id == first && again.existing == .key && again.state == .running)
            #expect(try harness.store.counts()[.default, .running] == 1)
        }
    }

    @Test("a key that is taken is refused where the submit says so")
    func reject() throws {
        try ServiceHarness().run { harness throws in
            let first = try harness.submit(job())
            #expect(
                try refusal(harness, job("other", .reject))
                    == .refused(.keyTaken(key: "k", job: first, state: .running), index: 0))
        }
    }

    @Test("a job takes the place of a waiting one with its key, and those that waited for that one are told")
    func replace() throws {
        try ServiceHarness().run { harness throws in
            try harness.start()
            let old = try harness.submit(job())
            let dependant = try harness.submit(ServiceHarness.dependant(of: old))
            let new = try #require(try harness.submit([job("new", .replace)]).first)
            #expect(new.id != old && new.existing == nil && new.state == .ready)
            #expect(try harness.state(old) == .cancelled)
            #expect(try harness.store.changes(of: old).map(\.cause) == [.replaced(by: new.id)])
            #expect(harness.observer.waits { $0 == .ended(old, .cancelled, attempt: nil, nil) })
            try harness.ping()
            #expect(try harness.state(dependant) == .failed(.dependency(old)))
            #expect(try harness.submit([job()]).first?.id == new.id)
        }
    }

    @Test("a job that runs is not replaced")
    func replaceRunning() throws {
        try ServiceHarness().run { harness throws in
            let first = try harness.start(job())
            #expect(
                try refusal(harness, job("other", .replace))
                    == .refused(.keyTaken(key: "k", job: first, state: .running), index: 0))
            #expect(try harness.state(first) == .running(attempt: 1))
        }
    }

    @Test("a key is its user's own")
    func perUser() throws {
        try ServiceHarness().run { harness throws in
            let mine = try harness.submit(job())
            let yours = try harness.submit(job("job", .reject), by: ServiceHarness.you)
            #expect(mine != yours)
        }
    }

    @Test("a key twice in one submit makes one job, and is refused where the second says so")
    func twice() throws {
        try ServiceHarness().run { harness throws in
            let receipts = try harness.submit([job("a"), job("b")])
            #expect(receipts[0].id == receipts[1].id && receipts.map(\.existing) == [nil, .key])
            let reject = try refusal(harness, job("a", key: "x"), job("b", .reject, key: "x"))
            #expect(reject == .refused(.keyTaken(key: "x", job: nil, state: .ready), index: 1))
            #expect(try harness.store.jobs(matching: JobFilter(), page: JobPage(limit: 9)).count == 1)
        }
    }

    @Test("a key in two submits of one commit makes one job")
    func oneCommit() throws {
        try ServiceHarness().run { harness throws in
            harness.store.hold()
            let blocker = harness.service.ping()
            try #require(harness.store.waitForHeldWrite())
            let futures = (0..<3).map { number in
                harness.service.submit([job("\(number)")], by: ServiceHarness.me, isAdministrator: false)
            }
            harness.store.release()
            try blocker.result(until: .after(ServiceHarness.patience))
            let receipts = try futures.map {
                try #require(try $0.result(until: .after(ServiceHarness.patience)).first).get()
            }
            #expect(Set(receipts.map(\.id)).count == 1)
            #expect(receipts.map(\.existing) == [nil, .key, .key])
        }
    }

    /// The ways in which a job ends.
    enum End: String, CaseIterable, Sendable { case succeeded, failed, cancelled, cancelledRunning, expired, unmet }

    @Test("a key is free again when its job has ended, however", arguments: End.allCases)
    func released(end: End) throws {
        try ServiceHarness().run { harness throws in
            let blocker = try harness.start()
            var submission = job()
            if end == .unmet {
                submission = Submission(
                    spec: submission.spec, dependencies: [Dependency(on: blocker, condition: .failed)])
            } else if end == .expired {
                submission = ServiceHarness.submission("late") {
                    $0.key = UniqueKey("k")
                    $0.expires = .seconds(1)
                }
            }
            let id = try harness.submit(submission)
            switch end {
            case .cancelled: _ = try harness.change(id, .cancel)
            case .expired: try harness.advance(by: .seconds(1))
            case .succeeded, .failed, .cancelledRunning, .unmet: try harness.finish(blocker)
            }
            if end == .succeeded { try harness.finish(id) }
            if end == .failed { try harness.finish(id, .exited(code: 1)) }
            if end == .cancelledRunning {
                #expect(try harness.change(id, .cancel) == .stopping)
                try #require(harness.observer.waitsForEnd(of: id))
            }
            try harness.ping()
            #expect(try harness.state(id)?.isFinal == true)
            #expect(try harness.submit([job("next", .reject)]).first?.existing == nil)
        }
    }

    @Test("a job keeps its key between its attempts")
    func betweenAttempts() throws {
        try ServiceHarness().run { harness throws in
            let id = try harness.start(
                ServiceHarness.submission("retried") {
                    $0.key = UniqueKey("k")
                    $0.retry = RetryRequest(retries: 1, backoff: .seconds(3_600))
                })
            try harness.finish(id, .exited(code: 1))
            #expect(try harness.submit([job()]).first?.id == id)
        }
    }

    @Test("a retry takes the key again, and is refused while another job has it")
    func retry() throws {
        try ServiceHarness().run { harness throws in
            let first = try harness.start(job())
            try harness.finish(first)
            let second = try harness.start(job("second"))
            #expect(second != first)
            #expect(try harness.change(first, .retry) == .refused(.keyTaken(key: "k", job: second)))
            #expect(try harness.state(first) == .succeeded)
            try harness.finish(second)
            #expect(try harness.change(first, .retry) == .done(.ready))
            #expect(try harness.submit([job("third")]).first?.id == first)
        }
    }

    @Test("a job that is born failed takes no key")
    func bornFailed() throws {
        try ServiceHarness().run { harness throws in
            let first = try harness.start()
            try harness.finish(first)
            let unmet = Submission(
                spec: job().spec, dependencies: [Dependency(on: first, condition: .failed)])
            let id = try harness.submit(unmet)
            #expect(try harness.state(id) == .failed(.dependency(first)))
            #expect(try harness.submit([job("next", .reject)]).first?.existing == nil)
        }
    }
}
