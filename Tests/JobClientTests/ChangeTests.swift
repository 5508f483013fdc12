import JobClient
import JobProtocol
import Jobs
import Testing
import Varlink

@Suite("Changing jobs and queues")
struct ChangeTests {
    private static let answer = ChangeAnswer(jobs: [
        .init(id: JobID(rawValue: 1), result: .done(state: "held")),
        .init(
            id: JobID(rawValue: 2),
            result: .refused(.init(reason: "ended", sentence: "it has ended: failed", state: "failed"))),
        .init(id: JobID(rawValue: 3), result: .unknown),
    ])

    private static let results: [JobClient.Changed] = [
        .done(.held), .refused(.init(reason: "ended", sentence: "it has ended: failed", state: .failed)), .unknown,
    ]

    @Test("hold, release and retry say of each job what became of it")
    func changes() throws {
        let reply = ScriptedDaemon.Step.reply(Self.answer.parameters)
        let daemon = try ScriptedDaemon([[.read, reply, .read, reply, .read, reply]])
        let client = JobClient(socket: daemon.socket)
        #expect(try client.hold([1, 2, 3]) == Self.results)
        #expect(try client.release([1, 2, 3]) == Self.results)
        #expect(try client.retry([1, 2, 3]) == Self.results)
        let calls = try daemon.calls()
        #expect(calls.map(\.method) == [HoldCall.method, ReleaseCall.method, RetryCall.method])
        #expect(calls.allSatisfy { $0.parameters == ["ids": [1, 2, 3]] })
    }

    @Test("an edit sends what is to be different, and nothing else")
    func edit() throws {
        let reply = ScriptedDaemon.Step.reply(ChangeAnswer(jobs: []).parameters)
        let daemon = try ScriptedDaemon([[.read, reply, .read, reply, .read, reply]])
        let client = JobClient(socket: daemon.socket)
        var edit = JobClient.Edit()
        edit.queue = "build"
        edit.name = "n"
        edit.priority = 3
        edit.command = ["make"]
        edit.start = .at("2026-12-24T18:00:00+01:00")
        _ = try client.edit([7, 8], edit)
        for start in [JobClient.Edit.Start.after(.seconds(5)), .atOnce] {
            var edit = JobClient.Edit()
            edit.start = start
            _ = try client.edit([7], edit)
        }
        let ids = [JobID(rawValue: 7), JobID(rawValue: 8)]
        let instant = try #require(Timestamp("2026-12-24T17:00:00Z"))
        #expect(
            try daemon.calls().map { try EditCall($0.parameters) } == [
                EditCall(
                    ids: ids, queue: QueueName("build"), name: "n", priority: 3, start: .notBefore(.at(instant)),
                    command: ["make"]),
                EditCall(ids: [ids[0]], start: .notBefore(.after(.seconds(5)))),
                EditCall(ids: [ids[0]], start: .atOnce),
            ])
    }

    @Test("an edit that cannot be is refused before the daemon is asked, and named")
    func badEdit() throws {
        func problem(_ change: (inout JobClient.Edit) -> Void) -> String? {
            var edit = JobClient.Edit()
            change(&edit)
            do {
                try edit.validate()
                return nil
            } catch {
                guard case .invalidRequest(let field, _) = error else { return "\(error)" }
                return field
            }
        }
        #expect(problem { _ in } == "ids")
        #expect(problem { $0.priority = 1001 } == "priority")
        #expect(problem { $0.queue = "a b" } == "queue")
        #expect(problem { $0.command = ["a\0"] } == "command[0]")
        #expect(problem { $0.start = .at("soon") } == "at")
        #expect(problem { $0.start = .after(.seconds(-1)) } == "delayMilliseconds")
        #expect(problem { $0.start = .atOnce } == nil)
    }

    @Test("why gives the reason, what would change it, and when it is gone by itself")
    func why() throws {
        let answer: JSONObject = [
            "id": 7, "state": "scheduled", "kind": "backoff", "sentence": "s", "remedy": "r",
            "until": "2026-11-22T09:51:00Z", "attempt": 2, "novelty": "of a later version",
        ]
        let daemon = try ScriptedDaemon([[.read, .reply(answer)]])
        let reason = try JobClient(socket: daemon.socket).why(7)
        #expect(reason.state == .scheduled)
        #expect(reason.kind == "backoff" && reason.sentence == "s" && reason.remedy == "r")
        #expect(reason.until == "2026-11-22T09:51:00.000000000Z")
        #expect(reason.json == JSONValue.object(answer).description)
    }

    @Test("queues are listed, set, paused and resumed")
    func queues() throws {
        let counts = Dictionary(uniqueKeysWithValues: JobState.Name.allCases.map { ($0, 1) })
        let since = try #require(Timestamp("2026-11-22T09:51:00Z"))
        let view = QueueView(
            name: "build", workers: 8, rate: "10/1min", timeout: .seconds(9), killAfter: .seconds(2), retries: 3,
            backoff: .seconds(5), made: ["workers"], pause: .init(mode: .freeze, by: "ann", since: since),
            counts: counts)
        let daemon = try ScriptedDaemon([
            [
                .read, .reply(QueuesCall.Answer(queues: [view]).parameters), .read, .reply([:]), .read, .reply([:]),
                .read, .reply([:]),
            ]
        ])
        let client = JobClient(socket: daemon.socket)
        let queue = try #require(try client.queues().first)
        #expect(queue.name == "build" && queue.workers == 8 && queue.rate == "10/1min" && queue.retries == 3)
        #expect(queue.madeSettings == ["workers"])
        #expect(queue.pause?.mode == .freeze && queue.pause?.by == "ann")
        #expect(JobClient.State.allCases.allSatisfy { queue.count($0) == 1 })
        try client.set(["workers": "3", "rate": nil], of: "build")
        try client.pause("build", .freeze)
        try client.resume("build")
        let calls = try daemon.calls()
        #expect(
            calls.map(\.method) == [QueuesCall.method, SetCall.method, PauseCall.method, ResumeCall.method])
        let build = try #require(QueueName("build"))
        #expect(try SetCall(calls[1].parameters) == SetCall(queue: build, settings: ["workers": "3", "rate": nil]))
        #expect(try PauseCall(calls[2].parameters).mode == .freeze)
    }

    @Test("a setting that cannot be is an error that names it")
    func badSetting() throws {
        let daemon = try ScriptedDaemon([[.read, .fail(.invalidSetting("rate", reason: "must be x"))]])
        let client = JobClient(socket: daemon.socket)
        #expect(throws: JobClientError.invalidSetting("rate", problem: "must be x")) {
            try client.set(["rate": "fast"], of: "build")
        }
    }

    @Test("a job tells of its life, and of the jobs it waits for")
    func history() throws {
        let at = try #require(Timestamp("2026-11-22T09:51:00Z"))
        let job = Jobs.Job(
            id: JobID(rawValue: 7), spec: JobSpec(command: Command(arguments: ["x"])),
            submitter: Submitter(user: 5, group: 5), submitted: at, firstState: .blocked,
            state: .blocked(notBefore: nil), openDependencies: 1)
        let details = JobDetails(
            dependencies: [Dependency(on: JobID(rawValue: 3), condition: .ended)],
            history: [
                Transition(at: at, by: .user(5), cause: .submitted, state: .blocked),
                Transition(at: at, by: .user(0), cause: .changed(.held), state: .held),
            ], user: { "\($0)" })
        let view = JobView(job, attempts: [], user: "ann", details: details)
        let daemon = try ScriptedDaemon([[.read, .reply(GetCall.Answer(jobs: [view]).parameters)]])
        let seen = try JobClient(socket: daemon.socket).job(7)
        #expect(seen.state == .blocked && seen.openDependencies == 1)
        #expect(seen.dependencies.map(\.job) == [3] && seen.dependencies.map(\.condition) == [.ended])
        #expect(seen.history.map(\.event) == ["submitted", "held"])
        #expect(seen.history.map(\.by) == ["5", "0"])
        #expect(seen.history.map(\.state) == [.blocked, .held])
    }
}
