import Glibc
import JobProtocol
import Jobs
import Testing
import Varlink

@Suite("Signals and pauses of running jobs of a real daemon")
struct RunningJobTests {
    private func send(_ signal: String, to id: JobID, _ daemon: TestDaemon) throws -> ChangeAnswer.Result {
        let call = SignalCall(ids: [id], signal: try #require(SignalNumber(signal)))
        return try ChangeAnswer(daemon.call(SignalCall.method, call.parameters)).jobs[0].result
    }

    /// A job that runs, and ends with code 7 when it gets USR1.
    private func start(_ daemon: TestDaemon) throws -> JobID {
        let id = try daemon.submit("sh", "-c", "trap 'echo got; exit 7' USR1; echo ready; sleep 1000 & wait")
        try daemon.waitForLine("ready", of: id)
        return id
    }

    private func events(_ id: JobID, _ daemon: TestDaemon) throws -> [String]? {
        try daemon.job(id).details?.history.map(\.event)
    }

    @Test("a running job gets a signal, and makes of it what it likes")
    func signal() throws {
        let daemon = try TestDaemon()
        let id = try start(daemon)
        #expect(try send("USR1", to: id, daemon) == .done(state: "running"))
        let job = try #require(try daemon.wait(for: [id]).first)
        #expect(job.exitCode == 7)
        #expect(try daemon.output(of: id) == "ready\ngot\n")
        #expect(try events(id, daemon) == ["submitted", "started", "signalled", "ended"])
        #expect(try daemon.job(id).details?.history[2].detail == "SIGUSR1")
    }

    @Test("a paused job stands still, also for a signal, until it is resumed")
    func pause() throws {
        let daemon = try TestDaemon()
        let id = try start(daemon)
        #expect(try daemon.change(PauseJobsCall.self, id) == .done(state: "running"))
        #expect(try daemon.job(id).isFrozen)
        #expect(try send("USR1", to: id, daemon) == .done(state: "running"))
        #expect(try daemon.job(id).state == .running)
        #expect(try daemon.output(of: id) == "ready\n")
        #expect(try daemon.change(ResumeJobsCall.self, id) == .done(state: "running"))
        #expect(try daemon.wait(for: [id]).first?.exitCode == 7)
        #expect(try events(id, daemon) == ["submitted", "started", "paused", "signalled", "resumed", "ended"])
    }

    @Test("a paused job that is cancelled ends")
    func cancelPaused() throws {
        let daemon = try TestDaemon()
        let id = try start(daemon)
        _ = try daemon.change(PauseJobsCall.self, id)
        _ = try daemon.call(CancelCall.method, CancelCall(ids: [id]).parameters)
        #expect(try daemon.wait(for: [id]).first?.state == .cancelled)
    }

    @Test("a job that does not run is refused, each verb in its words")
    func refused() throws {
        let daemon = try TestDaemon()
        let held = try daemon.submit(["true"]) { $0.isHeld = true }
        let ended = try daemon.submit("true")
        _ = try daemon.wait(for: [ended])
        func refusal(_ result: ChangeAnswer.Result) -> ChangeAnswer.Refusal? {
            if case .refused(let refusal) = result { refusal } else { nil }
        }
        let answers = try [
            refusal(send("INT", to: held, daemon)), refusal(daemon.change(PauseJobsCall.self, held)),
            refusal(daemon.change(ResumeJobsCall.self, held)),
        ]
        #expect(answers.map { $0?.reason } == Array(repeating: "notPossible", count: 3))
        #expect(
            answers.map { $0?.sentence } == [
                "it is held, so that there is nothing to send a signal to",
                "it is held; only a job that runs can be paused, and \"jobctl hold\" keeps one from starting",
                "it is held, and is not paused",
            ])
        let late = try [
            refusal(send("INT", to: ended, daemon)), refusal(daemon.change(PauseJobsCall.self, ended)),
            refusal(daemon.change(ResumeJobsCall.self, ended)),
        ]
        #expect(late.allSatisfy { $0?.reason == "ended" && $0?.state == "succeeded" })
        #expect(try send("INT", to: JobID(rawValue: 99), daemon) == .unknown)
    }

    @Test("others can neither signal, pause nor resume a job", .enabled(if: geteuid() == 0))
    func others() throws {
        let daemon = try TestDaemon()
        let id = try start(daemon)
        for (method, parameters) in [
            (SignalCall.method, "{\"ids\": [\(id)], \"signal\": \"KILL\"}"),
            (PauseJobsCall.method, "{\"ids\": [\(id)]}"), (ResumeJobsCall.method, "{\"ids\": [\(id)]}"),
        ] {
            let reply = try daemon.call(as: IdentityTests.nobody, method, parameters)
            let answer = try ChangeAnswer(try #require(reply["parameters"]?.objectValue))
            #expect(answer.jobs.map(\.result) == [.unknown])
        }
        #expect(try events(id, daemon) == ["submitted", "started"])
        _ = try send("USR1", to: id, daemon)
        #expect(try daemon.wait(for: [id]).first?.exitCode == 7)
    }

    @Test("a stopped job gets the signal that it named")
    func killSignal() throws {
        let daemon = try TestDaemon()
        let id = try daemon.submit(["sh", "-c", "trap 'echo asked; exit 0' USR1; echo ready; sleep 1000 & wait"]) {
            $0.killSignal = SignalNumber("USR1")
        }
        try daemon.waitForLine("ready", of: id)
        _ = try daemon.call(CancelCall.method, CancelCall(ids: [id]).parameters)
        #expect(try daemon.wait(for: [id]).first?.state == .cancelled)
        #expect(try daemon.output(of: id) == "ready\nasked\n")
    }

    @Test("jobs that were killed do no harm to those that run after them")
    func afterKill() throws {
        let daemon = try TestDaemon(configuration: "[queues.default]\nworkers = 1")
        for _ in 0..<5 {
            let id = try daemon.submit("sh", "-c", "trap '' TERM; echo ready; sleep 1000 & wait", killAfter: .zero)
            try daemon.waitForLine("ready", of: id)
            _ = try daemon.call(CancelCall.method, CancelCall(ids: [id]).parameters)
            #expect(try daemon.wait(for: [id]).first?.state == .cancelled)
            let next = try #require(try daemon.wait(for: [try daemon.submit("true")]).first)
            #expect(next.state == .succeeded, "\(next.reason ?? "")")
        }
    }
}
