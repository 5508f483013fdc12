import Glibc
import JobProtocol
import Jobs
import Kernel
import Testing
import Varlink

@Suite("Controlling jobs and queues of a real daemon")
struct ControlTests {
    private func queue(_ daemon: TestDaemon, _ name: String) throws -> QueueView {
        let queues = try QueuesCall.Answer(daemon.call(QueuesCall.method, [:])).queues
        return try #require(queues.first { $0.name == name })
    }

    @Test("a job is held and released, over a restart, and its history says by whom")
    func hold() throws {
        let daemon = try TestDaemon()
        let id = try daemon.submit(["true"]) { $0.start = .after(.milliseconds(1)) }
        let late = try daemon.submit(["true"]) { $0.start = .after(.seconds(3600)) }
        _ = try daemon.wait(for: [id])
        #expect(try daemon.change(HoldCall.self, late) == .done(state: "held"))
        #expect(try daemon.change(HoldCall.self, late) == .done(state: "held"))
        let ended = ChangeAnswer.Refusal(reason: "ended", sentence: "it has succeeded", state: "succeeded")
        #expect(try daemon.change(HoldCall.self, id) == .refused(ended))
        daemon.signal(SIGTERM)
        #expect(try daemon.waitForExit() == 0)
        try daemon.start()
        #expect(try daemon.job(late).state == .held)
        #expect(try daemon.change(ReleaseCall.self, late) == .done(state: "scheduled"))
        let free = ChangeAnswer.Refusal(
            reason: "notPossible", sentence: "it waits for its time, and is not held", state: "scheduled")
        #expect(try daemon.change(ReleaseCall.self, late) == .refused(free))
        let job = try daemon.job(late)
        let history = try #require(job.details?.history)
        #expect(history.map(\.event) == ["submitted", "held", "released"])
        #expect(history.map(\.state) == [.scheduled, .held, .scheduled])
        #expect(history.allSatisfy { $0.by == job.user })
    }

    @Test("a job that runs cannot be held or edited")
    func running() throws {
        let daemon = try TestDaemon()
        let gate = daemon.gate()
        let id = try daemon.submit("sh", "-c", "echo ready; cat \(gate)")
        try daemon.waitForLine("ready", of: id)
        let hold = ChangeAnswer.Refusal(
            reason: "notPossible", sentence: "it is running, and cannot be held any more", state: "running")
        #expect(try daemon.change(HoldCall.self, id) == .refused(hold))
        let edit = ChangeAnswer.Refusal(
            reason: "notPossible", sentence: "it is running, and cannot change any more", state: "running")
        #expect(try daemon.edit(EditCall(ids: [id], priority: 1)) == .refused(edit))
        try daemon.open(gate: gate)
        _ = try daemon.wait(for: [id])
    }

    @Test("a waiting job changes its queue, name, priority and command")
    func edit() throws {
        let daemon = try TestDaemon(configuration: "[queues.build]\nworkers = 1")
        let build = try #require(QueueName("build"))
        let id = try daemon.submit(["false"]) { $0.isHeld = true }
        let call = EditCall(ids: [id], queue: build, name: "new", priority: 7, command: ["echo", "edited"])
        #expect(try daemon.edit(call) == .done(state: "held"))
        let job = try daemon.job(id)
        #expect(job.queue == "build" && job.name == "new" && job.priority == 7 && job.command == ["echo", "edited"])
        #expect(job.details?.history.last?.detail == "queue,name,priority,command")
        _ = try daemon.change(ReleaseCall.self, id)
        #expect(try daemon.wait(for: [id]).map(\.state) == [.succeeded])
        #expect(try daemon.output(of: id) == "edited\n")
    }

    @Test("an edit into a queue that is not there is refused with the nearest names")
    func badEdit() throws {
        let daemon = try TestDaemon(configuration: "[queues.build]\nworkers = 1")
        let id = try daemon.submit(["true"]) {
            $0.isHeld = true
            $0.slots = 2
        }
        let unknown = ChangeAnswer.Refusal(
            reason: "NoSuchQueue", sentence: "there is no queue biuld; there is build, default")
        #expect(try daemon.edit(EditCall(ids: [id], queue: QueueName("biuld"))) == .refused(unknown))
        let narrow = ChangeAnswer.Refusal(
            reason: "TooManySlots", sentence: "it takes up 2 workers, but that queue has only 1")
        #expect(try daemon.edit(EditCall(ids: [id], queue: QueueName("build"))) == .refused(narrow))
        let error = #expect(throws: VarlinkError.self) {
            try daemon.call(EditCall.method, ["ids": [.integer(id.rawValue)], "priority": 5000])
        }
        let problem = "must be an integer from -1000 to 1000"
        #expect(error.flatMap(JobError.init) == .invalidJob(field: "priority", reason: problem))
    }

    @Test("a job that has started before keeps its command")
    func startedBefore() throws {
        let daemon = try TestDaemon()
        let id = try daemon.submit(["false"]) { $0.retry = RetryRequest(retries: 1, backoff: .seconds(80_000_000)) }
        try daemon.waitForState(.scheduled, of: id)
        guard case .refused(let refusal) = try daemon.edit(EditCall(ids: [id], command: ["true"])) else {
            Issue.record("it was not refused")
            return
        }
        #expect(refusal.reason == "hasStarted")
    }

    @Test("a paused queue starts nothing, also after a restart, until it is resumed")
    func pause() throws {
        let daemon = try TestDaemon()
        _ = try daemon.call(PauseCall.method, PauseCall(queue: .default).parameters)
        let spec = JobSpec(command: Command(arguments: ["true"], directory: "/"))
        let receipt = try daemon.submit([.init(spec: spec)])[0]
        #expect(receipt.isPaused && receipt.state == "ready")
        daemon.signal(SIGTERM)
        #expect(try daemon.waitForExit() == 0)
        try daemon.start()
        let pause = try #require(try queue(daemon, "default").pause)
        #expect(pause.mode == .drain)
        #expect(pause.by == (try daemon.job(receipt.id).user))
        #expect(try daemon.job(receipt.id).state == .ready)
        _ = try daemon.call(ResumeCall.method, ResumeCall(queue: .default).parameters)
        #expect(try daemon.wait(for: [receipt.id]).map(\.state) == [.succeeded])
        #expect(try queue(daemon, "default").pause == nil)
    }

    @Test("settings of a queue hold at once, stay over a restart, and go back to the configuration's")
    func set() throws {
        let daemon = try TestDaemon(configuration: "[queues.default]\nworkers = 1")
        let gate = daemon.gate()
        let first = try daemon.submit("sh", "-c", "echo ready; cat \(gate)")
        try daemon.waitForLine("ready", of: first)
        let second = try daemon.submit("true")
        let settings: [String: String?] = [
            "workers": "3", "rate": "1000/1s", "timeout": "1h", "kill_after": "1s", "retries": "2", "backoff": "5ms",
        ]
        _ = try daemon.call(SetCall.method, SetCall(queue: .default, settings: settings).parameters)
        #expect(try daemon.wait(for: [second]).map(\.state) == [.succeeded])
        try daemon.open(gate: gate)
        _ = try daemon.wait(for: [first])
        daemon.signal(SIGTERM)
        #expect(try daemon.waitForExit() == 0)
        try daemon.start()
        let view = try queue(daemon, "default")
        #expect(view.workers == 3 && view.rate == "1000/1s" && view.timeout == .seconds(3600))
        #expect(view.killAfter == .seconds(1) && view.retries == 2 && view.backoff == .milliseconds(5))
        #expect(view.made == ["backoff", "kill_after", "rate", "retries", "timeout", "workers"])
        let back = SetCall(queue: .default, settings: ["workers": nil, "rate": nil])
        _ = try daemon.call(SetCall.method, back.parameters)
        let restored = try queue(daemon, "default")
        #expect(restored.workers == 1 && restored.rate == nil)
        #expect(restored.made == ["backoff", "kill_after", "retries", "timeout"])
    }

    @Test(
        "a setting that cannot be is refused, and nothing of the call holds",
        arguments: [
            ("workers", "0"), ("workers", "many"), ("rate", "fast"), ("timeout", "0"), ("kill_after", "2d"),
            ("retries", "-1"), ("backoff", "x"), ("colour", "red"),
        ])
    func badSetting(_ setting: String, _ value: String) throws {
        let daemon = try TestDaemon(configuration: "[queues.default]\nworkers = 2")
        let call = SetCall(queue: .default, settings: [setting: value, "z": "1"])
        let error = #expect(throws: VarlinkError.self) {
            try daemon.call(SetCall.method, setting == "colour" ? call.parameters : both(setting, value))
        }
        guard case .invalidSetting(let name, let reason) = error.flatMap(JobError.init) else {
            Issue.record("another error: \(error.debugDescription)")
            return
        }
        #expect(name == setting)
        #expect(reason.hasPrefix("must be") || reason.hasPrefix("is not known; a queue has backoff, kill_after, rate"))
        #expect(try queue(daemon, "default").made.isEmpty)
    }

    /// A bad setting beside a good one.
    private func both(_ setting: String, _ value: String) -> JSONObject {
        let good = setting == "retries" ? "workers" : "retries"
        return SetCall(queue: .default, settings: [setting: value, good: "3"]).parameters
    }

    @Test("a queue that is not there cannot be set, paused or resumed")
    func unknownQueue() throws {
        let daemon = try TestDaemon(configuration: "[queues.build]")
        let queue = try #require(QueueName("biuld"))
        for (method, parameters) in [
            (SetCall.method, SetCall(queue: queue, settings: ["workers": "1"]).parameters),
            (PauseCall.method, PauseCall(queue: queue).parameters),
            (ResumeCall.method, ResumeCall(queue: queue).parameters),
        ] {
            let error = #expect(throws: VarlinkError.self) { try daemon.call(method, parameters) }
            #expect(error.flatMap(JobError.init) == .noSuchQueue("biuld", known: ["build", "default"]))
        }
    }

    @Test("the journal of the daemon says who did what to a job")
    func journal() throws {
        let daemon = try TestDaemon()
        let id = try daemon.submit(["true"]) { $0.isHeld = true }
        let user = try daemon.job(id).user
        _ = try daemon.edit(EditCall(ids: [id], priority: 3))
        _ = try daemon.change(ReleaseCall.self, id)
        _ = try daemon.wait(for: [id])
        _ = try daemon.change(RetryCall.self, id)
        _ = try daemon.wait(for: [id])
        let late = try daemon.submit(["true"]) { $0.start = .after(.seconds(3600)) }
        _ = try daemon.change(HoldCall.self, late)
        _ = try daemon.call(CancelCall.method, CancelCall(ids: [late]).parameters)
        daemon.signal(SIGTERM)
        #expect(try daemon.waitForExit() == 0)
        for (job, sentence) in [
            (id, "edited by \(user): priority"), (id, "released by \(user)"), (id, "retried by \(user)"),
            (late, "held by \(user)"), (late, "cancelled by \(user)"),
        ] {
            #expect(daemon.errors.contains("job \(job) \(sentence) "), "\(sentence)")
        }
        #expect(daemon.errors.contains("event=held job=\(late)"))
    }
}
