import JobService
import JobStore
import Jobs
import Testing
import Threading

/// Jobs that are not to run, or not to run on.
@Suite(.serialized)
struct CancelTests {
    @Test("a job that waits is cancelled and never runs")
    func waiting() throws {
        try ServiceHarness(workers: 1).run { harness throws in
            let running = try harness.submit()
            let ready = try harness.submit()
            let scheduled = try harness.submit(ServiceHarness.submission(delay: .seconds(5)))
            let last = try harness.submit()
            #expect(try harness.change([ready, scheduled], .cancel) == [.done(.cancelled), .done(.cancelled)])
            for id in [ready, scheduled] {
                #expect(try harness.state(id) == .cancelled)
                #expect(try harness.store.job(id)?.ended == harness.clock.now)
                try #require(harness.observer.waits { $0 == .ended(id, .cancelled, attempt: nil, nil) })
            }
            harness.clock.advance(by: .seconds(10))
            harness.runner.finishAll()
            try #require(harness.observer.waitsForEnd(of: last))
            #expect(harness.runner.startedJobs == [running, last])
        }
    }

    @Test("a job that runs is stopped, and is cancelled when it has ended")
    func running() throws {
        try ServiceHarness().run { harness throws in
            let id = try harness.submit()
            try #require(harness.runner.waitForStart(of: 1))
            #expect(try harness.change([id], .cancel) == [.stopping])
            try #require(harness.observer.waitsForEnd(of: id))
            #expect(try harness.state(id) == .cancelled)
            #expect(try harness.store.attempts(of: id).first?.end?.outcome == .cancelled)
        }
    }

    @Test("a job that ends by itself before the stop reaches it ends as it ended")
    func tooLate() throws {
        try ServiceHarness().run { harness throws in
            harness.runner.ignoreStops()
            let id = try harness.submit()
            try #require(harness.runner.waitForStart(of: 1))
            #expect(try harness.change([id], .cancel) == [.stopping])
            #expect(try harness.change([id], .cancel) == [.stopping])
            #expect(try harness.state(id) == .running(attempt: 1, isStopping: true))
            harness.runner.finish(id, .exited(code: 0))
            try #require(harness.observer.waitsForEnd(of: id))
            #expect(try harness.state(id) == .succeeded)
        }
    }

    @Test("each id gets its own answer, in order")
    func answers() throws {
        try ServiceHarness(workers: 1).run { harness throws in
            let ended = try harness.submit()
            harness.runner.finish(ended)
            try #require(harness.observer.waitsForEnd(of: ended))
            let running = try harness.submit()
            try #require(harness.runner.waitForStart(of: 2))
            let waiting = try harness.submit()
            let foreign = try harness.submit(by: ServiceHarness.you)
            let missing = JobID(rawValue: 9_999)
            #expect(
                try harness.change([missing, waiting, foreign, ended, running, waiting], .cancel) == [
                    .unknown, .done(.cancelled), .unknown, .refused(.alreadyFinal(.succeeded)), .stopping,
                    .refused(.alreadyFinal(.cancelled)),
                ])
            #expect(try harness.state(foreign)?.isFinal == false)
            #expect(try harness.change([foreign], .cancel, by: ServiceHarness.administrator) != [.unknown])
        }
    }

    @Test("a worker that was freed by a cancel takes the next job")
    func freesWorker() throws {
        try ServiceHarness(workers: 1).run { harness throws in
            let first = try harness.submit()
            let second = try harness.submit()
            try #require(harness.runner.waitForStart(of: 1))
            #expect(try harness.change([first], .cancel) == [.stopping])
            try #require(harness.runner.waitForStart(of: 2))
            #expect(harness.runner.startedJobs == [first, second])
        }
    }

    @Test("one sees one's own jobs, and an administrator all")
    func visibility() throws {
        try ServiceHarness(workers: 2).run { harness throws in
            let mine = try harness.submit()
            let yours = try harness.submit(by: ServiceHarness.you)
            let service = harness.service
            let me = ServiceHarness.mine
            #expect(try service.job(mine, for: me)?.id == mine)
            #expect(try service.job(yours, for: me) == nil)
            #expect(try service.job(yours, for: ServiceHarness.administrator)?.id == yours)
            let page = JobPage(limit: 10)
            #expect(try service.jobs(matching: JobFilter(), page: page, for: me).map(\.id) == [mine])
            #expect(try service.jobs(matching: JobFilter(user: 2_000), page: page, for: me) == [])
            #expect(try service.jobs(matching: JobFilter(user: 1_000), page: page, for: me).map(\.id) == [mine])
            #expect(
                try service.jobs(matching: JobFilter(), page: page, for: ServiceHarness.administrator).map(\.id) == [
                    yours, mine,
                ])
            #expect(
                try service.jobs(matching: JobFilter(user: 2_000), page: page, for: ServiceHarness.administrator).map(
                    \.id) == [yours]
            )
        }
    }
}
