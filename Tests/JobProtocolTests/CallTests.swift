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
        queue: queue("q.1"), name: "name", priority: -1000, start: .at(start), expires: .milliseconds(1),
        timeout: .seconds(2), killAfter: .zero,
        retry: RetryRequest(
            retries: 3, backoff: .milliseconds(250), exitCodes: [75, 1], successCodes: [3, 255], onInterrupt: .requeue),
        isHeld: true, key: UniqueKey("k,1", onConflict: .replace), slots: 2, needs: ["gpu": 1, "tape": 2],
        limits: ["api=x": 4])

    private static func queue(_ text: String) -> QueueName {
        guard let name = QueueName(text) else { preconditionFailure("\(text) is no name of a queue") }
        return name
    }

    // MARK: Calls

    @Test(
        "a submit arrives as it was sent",
        arguments: [
            SubmitCall(
                jobs: [
                    .init(
                        spec: fullSpec, token: "t",
                        dependencies: [
                            Dependency(on: JobID(rawValue: 9), condition: .succeeded),
                            Dependency(on: JobID(rawValue: 4), condition: .ended),
                            Dependency(on: JobID(rawValue: .max), condition: .failed),
                        ])
                ], isPartial: true),
            SubmitCall(jobs: [.init(spec: JobSpec(command: Command(arguments: ["x"]), start: .after(.seconds(1))))]),
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
        #expect(try HoldCall(overTheWire(HoldCall(ids: ids).parameters)) == HoldCall(ids: ids))
        #expect(try ReleaseCall(overTheWire(ReleaseCall(ids: ids).parameters)) == ReleaseCall(ids: ids))
        #expect(try RetryCall(overTheWire(RetryCall(ids: ids).parameters)) == RetryCall(ids: ids))
        let why = WhyCall(id: ids[1])
        #expect(try WhyCall(overTheWire(why.parameters)) == why)
    }

    @Test(
        "an edit arrives as it was sent",
        arguments: [
            EditCall(ids: [JobID(rawValue: 1)], queue: queue("b"), name: "n", priority: 7, command: ["a", ""]),
            EditCall(ids: [JobID(rawValue: 1), JobID(rawValue: 2)], start: .atOnce),
            EditCall(ids: [JobID(rawValue: 1)], start: .notBefore(.after(.seconds(3)))),
            EditCall(ids: [JobID(rawValue: 1)], start: .notBefore(.at(start))),
        ])
    func edit(call: EditCall) throws {
        #expect(try EditCall(overTheWire(call.parameters)) == call)
    }

    @Test("what is asked of queues arrives as it was sent")
    func queues() throws {
        let set = SetCall(queue: Self.queue("b"), settings: ["workers": "3", "rate": nil])
        #expect(try SetCall(overTheWire(set.parameters)) == set)
        for mode in PauseCall.Mode.allCases {
            let pause = PauseCall(queue: Self.queue("b"), mode: mode)
            #expect(try PauseCall(overTheWire(pause.parameters)) == pause)
        }
        #expect(try PauseCall(parameters(#"{"queue":"b"}"#)) == PauseCall(queue: Self.queue("b"), mode: .drain))
        let resume = ResumeCall(queue: Self.queue("b"))
        #expect(try ResumeCall(overTheWire(resume.parameters)) == resume)
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
            LogsCall(id: JobID(rawValue: 2), attempt: 3, offset: 1 << 40, follow: true, later: true),
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

    private static let dependency = Dependency(on: JobID(rawValue: 3), condition: .failed)

    private static let details = JobDetails(
        dependencies: [dependency],
        history: [
            Transition(at: start, by: .user(5), cause: .submitted, state: .blocked),
            Transition(at: start, by: .user(6), cause: .changed(.edited("queue,priority")), state: .blocked),
            Transition(at: start, by: .daemon, cause: .changed(.dependenciesMet), state: .ready),
            Transition(at: start, by: .daemon, cause: .claimed(attempt: 1), state: .running),
            Transition(at: start, by: .daemon, cause: .ended(attempt: 1, .exited(code: 3)), state: .failed),
        ], user: { "user \($0)" })

    private static func job(_ state: JobState, attempts: Int = 0, ended: Timestamp? = nil) -> Job {
        Job(
            id: JobID(rawValue: 12), spec: fullSpec, submitter: Submitter(user: 5, group: 6), submitted: start,
            firstState: .ready, state: state, attempts: attempts, ended: ended)
    }

    /// A job for each way in which an attempt ends, then one in each other state.
    private static let views: [JobView] =
        outcomes.map { outcome in
            var job = job(.running(attempt: 1), attempts: 1)
            let event = JobEvent.ended(attempt: 1, outcome, RetryPolicy(RetryRequest()), jitter: 0)
            _ = try? JobStateMachine.apply(event, to: &job, at: start + .seconds(9))
            let attempt = Attempt(
                number: 1, node: "n", claimed: start + .seconds(1),
                end: AttemptEnd(outcome: outcome, at: start + .seconds(9), cost: outcome == .lost ? nil : cost))
            return JobView(job, attempts: [attempt], user: "me", details: details)
        }
        + ([
            .blocked(notBefore: start), .blocked(notBefore: nil), .scheduled(until: start),
            .ready(since: start, lacks: .named("gpu")), .held(notBefore: nil), .running(attempt: 1),
            .running(attempt: 1, isStopping: true), .failed(.dependency(JobID(rawValue: 3))), .failed(.expired),
            .failed(.poison),
        ] as [JobState]).map { state in
            let attempts = state.name == .running ? [Attempt(number: 1, node: "n", claimed: start)] : []
            return JobView(job(state, attempts: attempts.count), attempts: attempts, user: "5")
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
        let others = Self.views.suffix(3)
        #expect(others.map(\.failure) == ["dependency", "expired", "poison"])
        #expect(
            others.map(\.reason) == [
                "job 3 did not end as it must for this one", "expired before it could start",
                "poison: the ends of 3 attempts in a row were lost",
            ])
    }

    @Test("a job that succeeded with another code than 0 has the code, and no reason to have failed")
    func otherSuccess() throws {
        let attempt = Attempt(
            number: 1, node: "n", claimed: Self.start, end: AttemptEnd(outcome: .exited(code: 3), at: Self.start))
        let view = JobView(Self.job(.succeeded, attempts: 1), attempts: [attempt], user: "me")
        #expect(view.exitCode == 3)
        #expect(view.reason == nil && view.json["reason"] == nil && view.failure == nil)
    }

    @Test("a job says what it waits for, what can still happen to it, and what has")
    func standing() throws {
        let blocked = Self.views[8]
        #expect(blocked.due == Self.start)
        #expect(blocked.expiry == Self.start + .milliseconds(1))
        #expect(Self.views[14].isStopping && !Self.views[13].isStopping)
        let details = try #require(Self.views[0].details)
        #expect(details.dependencies == [Self.dependency])
        #expect(details.history.map(\.event) == ["submitted", "edited", "dependenciesMet", "started", "ended"])
        #expect(details.history.map(\.by) == ["user 5", "user 6", "jobd", "jobd", "jobd"])
        #expect(details.history[4].detail == "attempt 1: exit code 3")
    }

    @Test("of long lists the newest steps and the first dependencies are told, and how many there are")
    func longLists() {
        let many = (1...250).map { Dependency(on: JobID(rawValue: $0), condition: .ended) }
        let steps = (1...300).map { number in
            Transition(at: Self.start, by: .daemon, cause: .claimed(attempt: number), state: .running)
        }
        let details = JobDetails(dependencies: many, history: steps, user: { _ in "" })
        #expect(details.dependencies == Array(many.prefix(100)) && details.dependencyCount == 250)
        #expect(details.history.map(\.attempt) == (201...300).map { $0 } && details.historyCount == 300)
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
            .success(.init(id: JobID(rawValue: 1), queue: "q", state: "ready", ahead: 5, isPaused: true)),
            .success(.init(id: JobID(rawValue: .max), queue: "r", state: "failed", existing: .key)),
            .failure(JobError.ofJob(index: 2, .noSuchDependency(JobID(rawValue: 8))).varlinkError),
        ])
        #expect(try SubmitCall.Answer(overTheWire(submit.write)) == submit)
        let change = ChangeAnswer(jobs: [
            .init(id: JobID(rawValue: 1), result: .done(state: "held")),
            .init(
                id: JobID(rawValue: 2),
                result: .refused(
                    .init(reason: "keyTaken", sentence: "s", state: "failed", job: JobID(rawValue: 7)))),
            .init(id: JobID(rawValue: 3), result: .refused(.init(reason: "hasStarted", sentence: "s"))),
            .init(id: JobID(rawValue: 4), result: .unknown),
        ])
        #expect(try ChangeAnswer(overTheWire(change.parameters)) == change)
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

    private static let queueViews = [
        QueueView(
            name: "q", workers: 3, rate: "10/1min", timeout: .seconds(9), killAfter: .seconds(1), retries: 2,
            backoff: .milliseconds(5), made: ["rate", "workers"],
            pause: QueueView.Pause(mode: .freeze, by: "ann", since: start),
            counts: Dictionary(uniqueKeysWithValues: JobState.Name.allCases.map { ($0, $0.rawValue.count) })),
        QueueView(
            name: "r", workers: 1, timeout: nil,
            counts: Dictionary(uniqueKeysWithValues: JobState.Name.allCases.map { ($0, 0) })),
    ]

    @Test("the daemon's status arrives as it was sent")
    func status() throws {
        for configuration in [nil, "/etc/jobd/jobd.toml"] {
            let answer = StatusCall.Answer(
                version: Version.text, pid: 12, state: .draining, mode: .unprivileged,
                unit: configuration.map { _ in "jobd.service" }, started: Self.start, user: "root",
                stateDirectory: "/var/lib/jobd", configuration: configuration, containment: "c",
                queues: Self.queueViews, resources: ["gpu": 2, "tape": 1],
                usage: DaemonUsage(
                    memory: 1, threads: 2, connections: 3, openFiles: 4, openFileLimit: 5, store: 6, log: 7,
                    free: configuration == nil ? nil : 8, keepFree: 9),
                problems: [DaemonProblem(at: Self.start, sentence: "no")])
            #expect(try StatusCall.Answer(overTheWire(answer.parameters)) == answer)
        }
        let metrics = MetricsCall.Answer(text: "# EOF\n")
        #expect(try MetricsCall.Answer(overTheWire(metrics.parameters)) == metrics)
        try MetricsCall.check([:])
        let queues = QueuesCall.Answer(queues: Self.queueViews)
        #expect(try QueuesCall.Answer(overTheWire(queues.parameters)) == queues)
        try StatusCall.check([:])
        #expect(throws: ParameterError.self) { try StatusCall.check(["x": 1]) }
    }
}
