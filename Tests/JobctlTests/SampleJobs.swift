import JobProtocol
import Jobs

/// Jobs as a daemon would show them.
enum SampleJobs {
    static let now = Timestamp(nanoseconds: 1_800_000_000_000_000_000)

    static func ago(_ seconds: Int64) -> Timestamp { Timestamp(nanoseconds: now.nanoseconds - seconds * 1_000_000_000) }

    /// A job that ended a minute ago after running 30 seconds.
    static func ended(
        _ outcome: Outcome, id: Int64 = 7, command: [String] = ["true"], name: String? = nil, priority: Int = 0,
        user: String = "ann", cost: Cost? = nil
    ) -> JobView {
        let state: JobState =
            switch outcome {
            case .exited(code: 0): .succeeded
            case .cancelled: .cancelled
            default: .failed(outcome)
            }
        let attempt = Attempt(
            number: 1, node: "host", claimed: ago(90), end: AttemptEnd(outcome: outcome, at: ago(60), cost: cost))
        return JobView(
            Job(
                id: JobID(rawValue: id),
                spec: JobSpec(command: Command(arguments: command), name: name, priority: priority),
                submitter: Submitter(user: 1000, group: 1000), submitted: ago(120), state: state, attempts: 1,
                ended: ago(60)),
            attempts: [attempt], user: user)
    }

    /// A job that was submitted two minutes ago and has not begun.
    static func waiting(id: Int64 = 8, due: Timestamp? = nil, command: [String] = ["true"]) -> JobView {
        JobView(
            Job(
                id: JobID(rawValue: id), spec: JobSpec(command: Command(arguments: command)),
                submitter: Submitter(user: 1000, group: 1000), submitted: ago(120),
                state: due.map { .scheduled(until: $0) } ?? .ready(since: ago(120))),
            attempts: [], user: "ann")
    }

    /// A job that began ten seconds ago.
    static func running(id: Int64 = 9) -> JobView {
        JobView(
            Job(
                id: JobID(rawValue: id), spec: JobSpec(command: Command(arguments: ["sleep", "60"])),
                submitter: Submitter(user: 1000, group: 1000), submitted: ago(120), state: .running(attempt: 1),
                attempts: 1),
            attempts: [Attempt(number: 1, node: "host", claimed: ago(10))], user: "ann")
    }
}
