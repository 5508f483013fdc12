import JobProtocol
import Jobs

/// Jobs as a daemon would show them.
enum SampleJobs {
    static let now = Timestamp(nanoseconds: 1_800_000_000_000_000_000)

    static func ago(_ seconds: Int64) -> Timestamp { Timestamp(nanoseconds: now.nanoseconds - seconds * 1_000_000_000) }

    /// A job that ended a minute ago after running 30 seconds.
    static func ended(
        _ outcome: Outcome, id: Int64 = 7, command: [String] = ["true"], name: String? = nil, priority: Int = 0,
        user: String = "ann", cost: Cost? = nil, attempts: Int = 1, details: JobDetails? = nil
    ) -> JobView {
        let state: JobState =
            switch outcome {
            case .exited(code: 0): .succeeded
            case .cancelled: .cancelled
            default: .failed(.attempt(outcome))
            }
        let attempt = Attempt(
            number: attempts, node: "host", claimed: ago(90),
            end: AttemptEnd(outcome: outcome, at: ago(60), cost: cost))
        return JobView(
            Job(
                id: JobID(rawValue: id),
                spec: JobSpec(command: Command(arguments: command), name: name, priority: priority),
                submitter: Submitter(user: 1000, group: 1000), submitted: ago(120), firstState: .ready,
                state: state, attempts: attempts,
                ended: ago(60)),
            attempts: [attempt], user: user, details: details)
    }

    /// A job that was submitted two minutes ago and has not begun.
    static func waiting(id: Int64 = 8, due: Timestamp? = nil, command: [String] = ["true"]) -> JobView {
        JobView(
            Job(
                id: JobID(rawValue: id), spec: JobSpec(command: Command(arguments: command)),
                submitter: Submitter(user: 1000, group: 1000), submitted: ago(120),
                firstState: .ready, state: due.map { .scheduled(until: $0) } ?? .ready(since: ago(120))),
            attempts: [], user: "ann")
    }

    /// A job that was submitted two minutes ago and stands so.
    static func standing(
        _ state: JobState, id: Int64 = 8, spec: JobSpec = JobSpec(command: Command(arguments: ["true"])),
        openDependencies: Int = 0, details: JobDetails? = nil
    ) -> JobView {
        JobView(
            Job(
                id: JobID(rawValue: id), spec: spec, submitter: Submitter(user: 1000, group: 1000),
                submitted: ago(120), firstState: .ready, state: state, openDependencies: openDependencies,
                ended: state.isFinal ? ago(60) : nil),
            attempts: [], user: "ann", details: details)
    }

    /// A job that began ten seconds ago.
    static func running(id: Int64 = 9, isStopping: Bool = false) -> JobView {
        JobView(
            Job(
                id: JobID(rawValue: id), spec: JobSpec(command: Command(arguments: ["sleep", "60"])),
                submitter: Submitter(user: 1000, group: 1000), submitted: ago(120), firstState: .ready,
                state: .running(attempt: 1, isStopping: isStopping),
                attempts: 1),
            attempts: [Attempt(number: 1, node: "host", claimed: ago(10))], user: "ann")
    }
}
