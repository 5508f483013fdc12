import JobProtocol
import Jobs
import Testing
import Varlink

/// Each call and each answer on its way over the wire.
struct CallTests {
    private static let start = Timestamp(nanoseconds: 1_795_338_000_123_456_789)

    private static let fullSpec = JobSpec(
        command: Command(
            arguments: ["/bin/echo", "", "a b", "grüße", "\u{1}\n\"\\"], directory: "/tmp",
            environment: ["A": "", "B": "c=d"]),
        queue: queue("q.1"), name: "name", priority: -1000, delay: .milliseconds(1), timeout: .seconds(2),
        killAfter: .zero)

    private static func queue(_ text: String) -> QueueName {
        guard let name = QueueName(text) else { preconditionFailure("\(text) is no name of a queue") }
        return name
    }

    // MARK: Calls

    @Test(
        "a submit arrives as it was sent",
        arguments: [
            SubmitCall(jobs: [.init(spec: fullSpec, token: "t")]),
            SubmitCall(jobs: [.init(spec: JobSpec(command: Command(arguments: ["x"])))]),
            SubmitCall(
                jobs: (0..<50).map {
                    .init(spec: JobSpec(command: Command(arguments: ["x", "\($0)"])), token: "\($0)")
                }),
        ])
    func submit(call: SubmitCall) throws {
        #expect(try SubmitCall(overTheWire(call.parameters)) == call)
    }

    @Test("what a submit leaves out is the default")
    func defaults() throws {
        let call = try SubmitCall(parameters(#"{"jobs":[{"command":["x"],"queue":null,"priority":null}]}"#))
        #expect(call.jobs == [.init(spec: JobSpec(command: Command(arguments: ["x"])))])
    }

    @Test("ids arrive as they were sent")
    func ids() throws {
        let ids = [1, 5, Int64.max].map { JobID(rawValue: $0) }
        #expect(try GetCall(overTheWire(GetCall(ids: ids).parameters)) == GetCall(ids: ids))
        #expect(try WaitCall(overTheWire(WaitCall(ids: ids).parameters)) == WaitCall(ids: ids))
        #expect(try CancelCall(overTheWire(CancelCall(ids: ids).parameters)) == CancelCall(ids: ids))
    }

    @Test("a list and a look at the output arrive as they were sent")
    func listAndLogs() throws {
        for call in [
            ListCall(),
            ListCall(
                states: JobState.Name.allCases, queues: [Self.queue("a"), .default], user: "me", name: "n",
                before: JobID(rawValue: 3), limit: 1_000),
        ] {
            #expect(try ListCall(overTheWire(call.parameters)) == call)
        }
        for call in [
            LogsCall(id: JobID(rawValue: 1)),
            LogsCall(id: JobID(rawValue: 2), attempt: 3, offset: 1 << 40, follow: true),
        ] {
            #expect(try LogsCall(overTheWire(call.parameters)) == call)
        }
        #expect(try LogsCall(parameters(#"{"id":4}"#)) == LogsCall(id: JobID(rawValue: 4)))
        #expect(try ListCall(parameters("{}")) == ListCall())
    }

    // MARK: Answers

    private static let cost = Cost(userTime: .milliseconds(12), systemTime: .zero, maxResident: 1 << 33)
    private static let outcomes: [Outcome] = [
        .exited(code: 0), .exited(code: 3), .signalled(9), .timedOut, .cancelled, .interrupted, .lost,
        .couldNotStart(step: .execute, errno: 2),
    ]

    /// A job in each state, with the attempts that lead there.
    private static let views: [JobView] =
        outcomes.map { outcome in
            var machine = JobStateMachine(state: .running(attempt: 1), attempts: 1)
            _ = try? machine.apply(.ended(attempt: 1, outcome))
            let job = Job(
                id: JobID(rawValue: 12), spec: fullSpec, submitter: Submitter(user: 5, group: 6), submitted: start,
                state: machine.state, attempts: 1, ended: start + .seconds(9))
            let attempt = Attempt(
                number: 1, node: "n", claimed: start + .seconds(1),
                end: AttemptEnd(outcome: outcome, at: start + .seconds(9), cost: outcome == .lost ? nil : cost))
            return JobView(job, attempts: [attempt], user: "me")
        }
        + ([.scheduled(until: start), .ready(since: start), .running(attempt: 1)] as [JobState]).map { state in
            let job = Job(
                id: JobID(rawValue: 13), spec: JobSpec(command: Command(arguments: ["x"])),
                submitter: Submitter(user: 5, group: 6), submitted: start, state: state)
            let attempts = state.name == .running ? [Attempt(number: 1, node: "n", claimed: start)] : []
            return JobView(job, attempts: attempts, user: "5")
        }

    @Test("a job looks the same to the client as to the daemon")
    func jobs() throws {
        let get = GetCall.Answer(jobs: Self.views)
        let read = try GetCall.Answer(overTheWire(get.parameters))
        for (sent, received) in zip(get.jobs, read.jobs) { #expect(sent == received) }
        #expect(read.jobs.count == get.jobs.count)
        let list = ListCall.Answer(jobs: Self.views, next: JobID(rawValue: 3))
        #expect(try ListCall.Answer(overTheWire(list.parameters)) == list)
        #expect(
            try ListCall.Answer(overTheWire(ListCall.Answer(jobs: [], next: nil).parameters))
                == .init(jobs: [], next: nil))
        for view in Self.views {
            #expect(try WaitCall.Answer(overTheWire(WaitCall.Answer(job: view).parameters)) == .init(job: view))
        }
    }

    @Test("a job says in words how it ended")
    func words() {
        #expect(Self.views.map(\.state).prefix(5) == [.succeeded, .failed, .failed, .failed, .cancelled])
        #expect(Self.views[0].exitCode == 0 && Self.views[0].reason == nil)
        #expect(Self.views[1].exitCode == 3 && Self.views[1].reason == "exit code 3")
        #expect(Self.views[2].signal == "SIGKILL" && Self.views[2].reason == "signal SIGKILL")
        #expect(Self.views[3].reason == "timeout")
        #expect(Self.views[7].reason == "could not start: execute the program: No such file or directory")
        #expect(Set(Self.views.prefix(8).compactMap { $0.attempts.first?.outcome }).count == 7)
    }

    @Test("a client takes an answer that says more than it knows")
    func newerDaemon() throws {
        var parameters = GetCall.Answer(jobs: [Self.views[0]]).parameters
        parameters["news"] = "fresh"
        var job = try #require(parameters["jobs"]?.arrayValue?.first?.objectValue)
        job["colour"] = "blue"
        parameters["jobs"] = .array([.object(job)])
        let answer = try GetCall.Answer(overTheWire(parameters))
        #expect(answer.jobs.first?.json["colour"] == "blue")
        #expect(answer.jobs.first?.id == Self.views[0].id)
    }

    @Test("the answers to a submit, a cancel and a look at the output arrive as they were sent")
    func otherAnswers() throws {
        let submit = SubmitCall.Answer(jobs: [
            .init(id: JobID(rawValue: 1), queue: "q", state: "ready", isRepeat: false, ahead: 5),
            .init(id: JobID(rawValue: .max), queue: "r", state: "failed", isRepeat: true, ahead: 0),
        ])
        #expect(try SubmitCall.Answer(overTheWire(submit.parameters)) == submit)
        let cancel = CancelCall.Answer(
            jobs: CancelCall.Answer.Result.allCases.map { .init(id: JobID(rawValue: 1), result: $0) }
                + [.init(id: JobID(rawValue: 2), result: .ended, state: "succeeded")])
        #expect(try CancelCall.Answer(overTheWire(cancel.parameters)) == cancel)
        let logs = LogsCall.Answer(
            attempt: 2,
            lines: [
                LogLine(time: Self.start.description, stream: "stdout", text: Array("text".utf8), isComplete: true),
                LogLine(time: Self.start.description, stream: "stderr", text: [0xFF, 0], isComplete: false),
            ], next: 99, isEnd: false)
        #expect(try LogsCall.Answer(overTheWire(logs.parameters)) == logs)
    }

    @Test("the daemon's status arrives as it was sent")
    func status() throws {
        for configuration in [nil, "/etc/jobd/jobd.toml"] {
            let answer = StatusCall.Answer(
                version: Version.text, pid: 12, state: .draining, started: Self.start, user: "root",
                stateDirectory: "/var/lib/jobd", configuration: configuration, containment: "c",
                queues: [
                    QueueView(
                        name: "q", workers: 3, timeout: .seconds(9),
                        counts: Dictionary(uniqueKeysWithValues: JobState.Name.allCases.map { ($0, $0.rawValue.count) })
                    ),
                    QueueView(
                        name: "r", workers: 1, timeout: nil,
                        counts: Dictionary(uniqueKeysWithValues: JobState.Name.allCases.map { ($0, 0) })),
                ])
            #expect(try StatusCall.Answer(overTheWire(answer.parameters)) == answer)
        }
        try StatusCall.check([:])
        #expect(throws: ParameterError.self) { try StatusCall.check(["x": 1]) }
    }
}
