import JobStore
import Jobs

/// Jobs to try stores with.
enum Samples {
    /// 2026-11-22T09:00:00Z.
    static let start = Timestamp(nanoseconds: 1_795_338_000_000_000_000)

    static func time(_ seconds: Int) -> Timestamp { start + .seconds(seconds) }

    static let main = QueueName.default
    static let other = name("other")

    static func name(_ text: String) -> QueueName {
        guard let name = QueueName(text) else { preconditionFailure("\(text) is no name of a queue") }
        return name
    }

    static func job(
        _ word: String = "job", queue: QueueName = main, name: String? = nil, priority: Int = 0, user: UInt32 = 1_000,
        state: JobState = .ready(since: start), token: String? = nil, dependencies: [Dependency] = [],
        open: Set<JobID> = [], attachments: Attachments = Attachments(), edit: (inout JobSpec) -> Void = { _ in }
    ) -> NewJob {
        var spec = JobSpec(
            command: Command(arguments: ["/bin/echo", word]), queue: queue, name: name, priority: priority)
        edit(&spec)
        return NewJob(
            spec: spec, submitter: Submitter(user: user, group: user + 1), submitted: start, state: state, token: token,
            dependencies: dependencies, open: open, attachments: attachments)
    }

    /// A job that waits for others, each of which must succeed.
    static func job(after others: [JobID]) -> NewJob {
        job(
            state: .blocked(notBefore: nil), dependencies: others.map { Dependency(on: $0, condition: .succeeded) },
            open: Set(others))
    }

    /// Jobs whose every field is at an edge.
    static let edges: [NewJob] = [
        NewJob(
            spec: JobSpec(
                command: Command(
                    arguments: ["", " ", "a\nb", "grüße 🐦", "\u{1}\u{7F}", String(repeating: "x", count: 100_000), ""],
                    directory: "/tmp/with space",
                    environment: ["EMPTY": "", "A": "b=c", "Ü": "ö\n", "ACCENT": "\u{301}"]),
                queue: name("a.b_C-9"), name: "a name, 'quoted' \"twice\"", priority: -1000,
                start: .after(.nanoseconds(1)),
                timeout: .milliseconds(1), killAfter: .zero),
            submitter: Submitter(user: .max - 1, group: .max - 1), submitted: Timestamp(nanoseconds: 1),
            state: .scheduled(until: Timestamp(nanoseconds: .max)), token: "grüße"),
        NewJob(
            spec: JobSpec(
                command: Command(arguments: ["p"]), queue: main, priority: 1000, start: .after(Limits.longestDuration),
                timeout: Limits.longestDuration, killAfter: Limits.longestDuration),
            submitter: Submitter(user: 0, group: 0, name: "root"), submitted: Timestamp(nanoseconds: -5),
            state: .ready(since: Timestamp(nanoseconds: -7)), token: nil),
        NewJob(
            spec: JobSpec(command: Command(arguments: ["p", "", ""], environment: [:]), queue: main, name: "n"),
            submitter: Submitter(user: 7, group: 8), submitted: start, state: .ready(since: start), token: "t"),
    ]

    /// Specs in which one thing each is asked for beyond a plain job, and one with all of them.
    static let specs: [JobSpec] = {
        let edits: [(inout JobSpec) -> Void] = [
            { $0.start = .after(.seconds(5)) },
            { $0.start = .at(Timestamp(nanoseconds: .min)) },
            { $0.start = .at(Timestamp(nanoseconds: .max)) },
            { $0.expires = Limits.longestDuration },
            { $0.retry.retries = 0 },
            { $0.retry = RetryRequest(retries: .max, backoff: .nanoseconds(1), exitCodes: [75, -1, 255]) },
            { $0.retry.successCodes = [3, 1] },
            { $0.retry.onInterrupt = .requeue },
            { $0.retry.onInterrupt = .fail },
            { $0.isHeld = true },
            { $0.key = UniqueKey("a=b c\n\u{301}") },
            { $0.key = UniqueKey("", onConflict: .reject) },
            { $0.key = UniqueKey("k", onConflict: .replace) },
            { $0.slots = 1024 },
            { $0.needs = ["gpu": 1, "a=b 2": 7, " ": 1, "": .max] },
            { $0.limits = ["key=3": 4, "4 words": 1] },
            { $0.surroundings.fileMask = 0o777 },
            { $0.surroundings.nice = -20 },
            { $0.surroundings.ioPriority = .realTime(level: 7) },
            { $0.surroundings.ioPriority = .idle },
            {
                $0.surroundings.limits = ProcessLimits([
                    .openFiles: .init(soft: 0), .core: .init(.max), .processes: .init(soft: 1, hard: .max),
                ])
            },
            { $0.surroundings.input = .attached(length: 0, fingerprint(0)) },
            { $0.surroundings.input = .file("/a b=c\nd") },
            { $0.resources = ResourceLimits(memory: 1 << 50, swap: 0, cpu: 1, tasks: 1, ioWeight: 10_000) },
            { $0.resources.tasks = 7 },
            { $0.killSignal = SignalNumber(rawValue: 64) },
            { $0.isolation = .unit },
            { $0.isolation = .process },
            { $0.properties = ["B=2", "A=", "A=x = y"].compactMap(UnitProperty.init) },
            { $0.secrets = [secret("a.b_C-9"): fingerprint(1), secret("a"): fingerprint(255)] },
        ]
        var all = JobSpec(command: Command(arguments: ["p"]))
        for edit in edits { edit(&all) }
        return edits.map { edit in
            var spec = JobSpec(command: Command(arguments: ["p"]))
            edit(&spec)
            return spec
        } + [all]
    }()

    static func fingerprint(_ byte: UInt8) -> Fingerprint {
        Fingerprint(repeatElement(byte, count: Fingerprint.length))
    }

    static func secret(_ text: String) -> SecretName {
        guard let name = SecretName(text) else { preconditionFailure("\(text) is no name of a secret") }
        return name
    }

    /// What an attempt used, all of it known.
    static let cost = Cost(
        userTime: .microseconds(1_234), systemTime: .zero, maxResident: 1 << 40, peakMemory: 0, minorFaults: 7,
        majorFaults: .max, readBytes: 1, writtenBytes: 1 << 50, wallTime: .nanoseconds(1), startLatency: .seconds(9))

    /// Each state, at its edges.
    static let states: [JobState] =
        [
            .blocked(notBefore: nil), .blocked(notBefore: time(3)), .scheduled(until: time(1)), .ready(since: time(2)),
            .ready(since: time(2), lacks: .named("gpu")), .ready(since: time(-2), lacks: .limit("a:b", user: .max)),
            .held(notBefore: nil), .held(notBefore: Timestamp(nanoseconds: .min)), .running(attempt: 2),
            .running(attempt: 2, isStopping: true), .succeeded, .cancelled, .failed(.expired), .failed(.poison),
            .failed(.dependency(JobID(rawValue: .max))),
        ] + outcomes.map { .failed(.attempt($0)) }

    static let causes: [Change.Cause] = [
        .due, .dependenciesMet, .dependencyFailed(on: JobID(rawValue: 7)), .expired, .held, .released, .cancelled,
        .replaced(by: JobID(rawValue: .max)), .retried, .edited("priority,queue"), .edited(""), .signalled(.kill),
        .frozen, .thawed,
    ]

    static let outcomes: [Outcome] =
        [
            .exited(code: 1), .exited(code: 255), .signalled(9), .timedOut, .cancelled, .interrupted, .outOfMemory,
            .lost,
        ] + StartStep.allCases.map { .couldNotStart(step: $0, errno: 13) }
}
