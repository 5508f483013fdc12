import JobService
import JobStore
import Jobs
import Testing
import Threading

/// Signals to jobs that run, and jobs that stand still.
@Suite(.serialized)
struct ControlTests {
    private static let signal = SignalNumber.continue
    private static let yours = Requester(user: ServiceHarness.you.user, isAdministrator: false)
    private static let requests: [ChangeRequest] = [.signal(signal), .freeze(true), .freeze(false)]

    private func changes(_ id: JobID, _ harness: ServiceHarness) throws -> [String] {
        try harness.service.history(of: try harness.job(id), last: .max).compactMap { step in
            guard case .changed(let cause) = step.cause, case .user(let user) = step.by else { return nil }
            return "\(user): \(cause) -> \(step.state)"
        }
    }

    @Test("a running job gets its owner's signals, and an administrator's, each once and in their order")
    func signals() throws {
        let other = try #require(SignalNumber("USR1"))
        try ServiceHarness().run { harness throws in
            let id = try harness.start()
            #expect(try harness.change(id, .signal(Self.signal)) == .done(.running))
            #expect(try harness.change(id, .signal(other), by: ServiceHarness.administrator) == .done(.running))
            #expect(harness.runner.signals(of: id) == [Self.signal, other])
            #expect(
                try changes(id, harness) == [
                    "1000: signalled(SIGCONT) -> running", "0: signalled(SIGUSR1) -> running",
                ])
        }
    }

    @Test("a job is paused and resumed by its owner, and both are recorded")
    func freeze() throws {
        try ServiceHarness(workers: 2).run { harness throws in
            let jobs = try [harness.start(), harness.start()]
            #expect(try harness.change(jobs[0], .freeze(true)) == .done(.running))
            #expect(harness.runner.frozenJobs == [jobs[0]])
            #expect(
                try harness.why(jobs[0])
                    == .running(attempt: 1, since: harness.clock.now, isStopping: false, standstill: .job))
            #expect(try harness.change(jobs[0], .freeze(false)) == .done(.running))
            #expect(harness.runner.frozenJobs.isEmpty)
            #expect(try changes(jobs[0], harness) == ["1000: frozen -> running", "1000: thawed -> running"])
            #expect(try changes(jobs[1], harness).isEmpty)
        }
    }

    @Test("others can do none of it, nor learn that the job is there")
    func others() throws {
        try ServiceHarness().run { harness throws in
            let id = try harness.start()
            for request in Self.requests {
                #expect(try harness.change(id, request, by: Self.yours) == .unknown)
                #expect(try harness.change(JobID(rawValue: 99), request) == .unknown)
            }
            #expect(harness.runner.signals(of: id).isEmpty && harness.runner.frozenJobs.isEmpty)
            #expect(try changes(id, harness).isEmpty)
        }
    }

    @Test("a job that waits cannot get a signal, stand still or go on, and nothing is recorded")
    func waiting() throws {
        try ServiceHarness().run { harness throws in
            let running = try harness.start()
            let ready = try harness.submit()
            let scheduled = try harness.submit(ServiceHarness.submission(delay: .seconds(60)))
            let blocked = try harness.submit(ServiceHarness.dependant(of: running))
            let held = try harness.submit { $0.isHeld = true }
            for (id, state) in [
                (ready, JobState.Name.ready), (scheduled, .scheduled), (blocked, .blocked), (held, .held),
            ] {
                for request in Self.requests {
                    #expect(try harness.change(id, request) == .refused(.notPossible(state)))
                }
                #expect(try changes(id, harness).isEmpty)
            }
        }
    }

    @Test("a job that has ended is refused with how it ended")
    func ended() throws {
        try ServiceHarness().run { harness throws in
            let succeeded = try harness.start()
            try harness.finish(succeeded)
            let failed = try harness.start()
            try harness.finish(failed, .exited(code: 1))
            let cancelled = try harness.submit { $0.isHeld = true }
            _ = try harness.change(cancelled, .cancel)
            for (id, state) in [(succeeded, JobState.Name.succeeded), (failed, .failed), (cancelled, .cancelled)] {
                for request in Self.requests {
                    #expect(try harness.change(id, request) == .refused(.alreadyFinal(state)))
                }
            }
        }
    }

    @Test("a job that was paused by itself stays so when its queue is frozen and resumed")
    func pausedInFrozenQueue() throws {
        try ServiceHarness(workers: 2).run { harness throws in
            let jobs = try [harness.start(), harness.start()]
            _ = try harness.change(jobs[0], .freeze(true))
            try harness.pause(.default, .freeze)
            #expect(harness.runner.frozenJobs == Set(jobs))
            try harness.resume()
            #expect(harness.runner.frozenJobs == [jobs[0]])
            _ = try harness.change(jobs[0], .freeze(false))
            #expect(harness.runner.frozenJobs.isEmpty)
        }
    }

    @Test("a job that is resumed stands still for as long as its queue is frozen")
    func resumedInFrozenQueue() throws {
        try ServiceHarness().run { harness throws in
            let id = try harness.start()
            try harness.pause(.default, .freeze)
            _ = try harness.change(id, .freeze(false))
            #expect(harness.runner.frozenJobs == [id])
            try harness.resume()
            #expect(harness.runner.frozenJobs.isEmpty)
        }
    }

    @Test("a paused job is cancelled at once, and its next attempt is not paused")
    func cancelPaused() throws {
        try ServiceHarness().run { harness throws in
            let id = try harness.start()
            _ = try harness.change(id, .freeze(true))
            #expect(try harness.change(id, .cancel) == .stopping)
            try #require(harness.observer.waits(forEnds: 1, of: id))
            #expect(try harness.state(id) == .cancelled)
            #expect(try harness.change(id, .retry) == .done(.ready))
            try #require(harness.runner.waitForStart(of: 2))
            #expect(harness.runner.frozenJobs.isEmpty)
        }
    }
}
