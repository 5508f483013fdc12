import Glibc
import JobProtocol
import Jobs
import Testing
import Varlink

@Suite("Why a job does not run")
struct WhyTests {
    /// Each daemon has one worker, which a first job keeps busy until its gate is opened.
    private struct Scene {
        let daemon: TestDaemon
        let gate: String
        let running: JobID

        init(_ configuration: String = "") throws {
            daemon = try TestDaemon(configuration: "[queues.default]\nworkers = 1\n\(configuration)")
            gate = daemon.gate()
            running = try daemon.submit("sh", "-c", "echo ready; cat \(gate)")
            try daemon.waitForLine("ready", of: running)
        }
    }

    private static let later = StartTime.after(.seconds(3600))

    @Test("a job that runs says so")
    func running() throws {
        let scene = try Scene()
        let answer = try scene.daemon.why(scene.running)
        #expect(answer.kind == "running" && answer.state == .running)
        #expect(answer.parameters["attempt"] == 1)
    }

    @Test("a job whose workers are taken is told how many jobs are before it")
    func busy() throws {
        let scene = try Scene()
        _ = try scene.daemon.submit("true")
        let id = try scene.daemon.submit("true")
        let answer = try scene.daemon.why(id)
        #expect(answer.kind == "busy" && answer.state == .ready)
        #expect(answer.parameters["ahead"] == 1)
        #expect(answer.remedy?.hasPrefix("\"jobctl edit \(id) -o 1\"") == true)
        // What was said would help does.
        #expect(try scene.daemon.edit(EditCall(ids: [id], priority: 1)) == .done(state: "ready"))
        #expect(try scene.daemon.why(id).parameters["ahead"] == 0)
    }

    @Test("a blocked job names what it waits for")
    func blocked() throws {
        let scene = try Scene()
        let id = try scene.daemon.submit(["true"], after: [.init(on: scene.running, condition: .succeeded)]) { _ in }
        let answer = try scene.daemon.why(id)
        #expect(answer.kind == "blocked" && answer.state == .blocked)
        #expect(answer.sentence == "it waits for job \(scene.running) to succeed")
    }

    @Test("a scheduled job says until when it waits, and starts at once when told to")
    func scheduled() throws {
        let daemon = try TestDaemon()
        let id = try daemon.submit(["true"]) { $0.start = Self.later }
        let answer = try daemon.why(id)
        #expect(answer.kind == "scheduled" && answer.state == .scheduled)
        #expect(answer.until == (try daemon.job(id).due))
        #expect(try daemon.edit(EditCall(ids: [id], start: .atOnce)) != .unknown)
        #expect(try daemon.wait(for: [id]).map(\.state) == [.succeeded])
    }

    @Test("a job between two attempts says that one failed, and when the next one comes")
    func backoff() throws {
        let daemon = try TestDaemon()
        let id = try daemon.submit(["sh", "-c", "[ $JOBD_ATTEMPT = 2 ]"]) {
            $0.retry = RetryRequest(retries: 1, backoff: .seconds(80_000_000))
        }
        try daemon.waitForState(.scheduled, of: id)
        let answer = try daemon.why(id)
        #expect(answer.kind == "backoff")
        #expect(answer.until == (try daemon.job(id).due))
        #expect(try daemon.edit(EditCall(ids: [id], start: .atOnce)) != .unknown)
        #expect(try daemon.wait(for: [id]).map(\.attemptCount) == [2])
    }

    @Test("a held job says who holds it, and runs when released")
    func held() throws {
        let daemon = try TestDaemon()
        let id = try daemon.submit(["true"]) { $0.isHeld = true }
        let answer = try daemon.why(id)
        #expect(answer.kind == "held" && answer.state == .held)
        #expect(answer.parameters["by"]?.stringValue == (try daemon.job(id).user))
        #expect(answer.remedy == "\"jobctl release \(id)\" lets it start")
        _ = try daemon.change(ReleaseCall.self, id)
        #expect(try daemon.wait(for: [id]).map(\.state) == [.succeeded])
    }

    @Test("a job whose queue was taken out of the configuration names one to move to")
    func noQueue() throws {
        let daemon = try TestDaemon(configuration: "[queues.built]\n[queues.build]")
        let build = try #require(QueueName("build"))
        let id = try daemon.submit(["true"]) {
            $0.queue = build
            $0.isHeld = true
        }
        daemon.signal(SIGTERM)
        #expect(try daemon.waitForExit() == 0)
        try FileWriting.write("[queues.built]", to: "\(daemon.folder)/jobd.toml")
        try daemon.start()
        _ = try daemon.change(ReleaseCall.self, id)
        let answer = try daemon.why(id)
        #expect(answer.kind == "noQueue")
        #expect(answer.parameters["known"] == ["built", "default"])
        #expect(try daemon.edit(EditCall(ids: [id], queue: QueueName("built"))) != .unknown)
        #expect(try daemon.wait(for: [id]).map(\.queue) == ["built"])
    }

    @Test("a job in a paused queue says who paused it, and runs when it is resumed")
    func paused() throws {
        let daemon = try TestDaemon()
        _ = try daemon.call(PauseCall.method, PauseCall(queue: .default).parameters)
        let id = try daemon.submit("true")
        let answer = try daemon.why(id)
        #expect(answer.kind == "paused" && answer.state == .ready)
        _ = try daemon.call(ResumeCall.method, ResumeCall(queue: .default).parameters)
        #expect(try daemon.wait(for: [id]).map(\.state) == [.succeeded])
    }

    @Test("a job that runs in a frozen queue says so")
    func frozen() throws {
        let scene = try Scene()
        _ = try scene.daemon.call(PauseCall.method, PauseCall(queue: .default, mode: .freeze).parameters)
        let answer = try scene.daemon.why(scene.running)
        #expect(answer.kind == "frozen" && answer.state == .running)
        _ = try scene.daemon.call(ResumeCall.method, ResumeCall(queue: .default).parameters)
        try scene.daemon.open(gate: scene.gate)
        #expect(try scene.daemon.wait(for: [scene.running]).map(\.state) == [.succeeded])
    }

    @Test("a running job that was cancelled says that it is being stopped")
    func stopping() throws {
        let daemon = try TestDaemon()
        let id = try daemon.submit(
            "sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1; done", killAfter: .seconds(3600))
        try daemon.waitForLine("ready", of: id)
        _ = try daemon.call(CancelCall.method, CancelCall(ids: [id]).parameters)
        #expect(try daemon.why(id).kind == "stopping")
        #expect(try daemon.job(id).isStopping)
    }

    @Test("while jobd stops, a job waits for its next start")
    func draining() throws {
        let scene = try Scene()
        let id = try scene.daemon.submit("true")
        scene.daemon.signal(SIGTERM)
        try scene.daemon.waitForNotification("STOPPING=1")
        // The drain begins on a thread of its own.
        try scene.daemon.waitUntil { try scene.daemon.why(id).kind == "draining" }
        try scene.daemon.open(gate: scene.gate)
        #expect(try scene.daemon.waitForExit() == 0)
    }

    @Test("a job that lacks a resource says who has it")
    func resource() throws {
        let daemon = try TestDaemon(configuration: "[queues.default]\nworkers = 4\n[resources]\ngpu = 2")
        let gate = daemon.gate()
        let taker = try daemon.submit(["sh", "-c", "echo ready; cat \(gate)"]) { $0.needs = ["gpu": 1] }
        try daemon.waitForLine("ready", of: taker)
        let id = try daemon.submit(["true"]) { $0.needs = ["gpu": 2] }
        let answer = try daemon.why(id)
        #expect(answer.kind == "resource" && answer.state == .ready)
        #expect(answer.sentence == "it needs 2 of resource gpu; in use: 1 of 2")
        #expect(answer.parameters["jobs"] == [.integer(taker.rawValue)])
        try daemon.open(gate: gate)
        #expect(try daemon.wait(for: [id]).map(\.state) == [.succeeded])
    }

    @Test("a job at its user's own limit says how many have it")
    func limit() throws {
        let daemon = try TestDaemon(configuration: "[queues.default]\nworkers = 4")
        let gate = daemon.gate()
        let first = try daemon.submit(["sh", "-c", "echo ready; cat \(gate)"]) { $0.limits = ["api": 1] }
        try daemon.waitForLine("ready", of: first)
        let id = try daemon.submit(["true"]) { $0.limits = ["api": 1] }
        let answer = try daemon.why(id)
        #expect(answer.kind == "limit")
        #expect(answer.parameters["resource"] == "api")
        try daemon.open(gate: gate)
        #expect(try daemon.wait(for: [id]).map(\.state) == [.succeeded])
    }

    @Test("a job whose queue has started as many as it may says when the next one starts")
    func rate() throws {
        let daemon = try TestDaemon(configuration: "[queues.default]\nrate = \"1/1h\"")
        _ = try daemon.wait(for: [try daemon.submit("true")])
        let id = try daemon.submit("true")
        let answer = try daemon.why(id)
        #expect(answer.kind == "rate")
        #expect(answer.parameters["rate"] == "1/1h")
        #expect(answer.until != nil)
        let more = SetCall(queue: .default, settings: ["rate": "1000/1s"])
        _ = try daemon.call(SetCall.method, more.parameters)
        #expect(try daemon.wait(for: [id]).map(\.state) == [.succeeded])
    }

    @Test("a job that has ended says how, and one that failed for another's sake names both")
    func ended() throws {
        let daemon = try TestDaemon()
        let bad = try daemon.submit("sh", "-c", "exit 3")
        let id = try daemon.submit(["true"], after: [.init(on: bad, condition: .succeeded)]) { _ in }
        _ = try daemon.wait(for: [bad, id])
        #expect(try daemon.why(bad).sentence == "it has failed: exit code 3")
        let answer = try daemon.why(id)
        #expect(answer.kind == "ended" && answer.state == .failed)
        #expect(answer.remedy == "\"jobctl retry \(bad) \(id)\" runs job \(bad) once more, and then this one")
    }

    @Test("nobody is told why of a job that is not there")
    func unknown() throws {
        let daemon = try TestDaemon()
        let error = #expect(throws: VarlinkError.self) { try daemon.why(JobID(rawValue: 99)) }
        #expect(error.flatMap(JobError.init) == .noSuchJob(JobID(rawValue: 99)))
    }
}
