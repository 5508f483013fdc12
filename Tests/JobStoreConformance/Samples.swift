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
        state: JobState = .ready(since: start), token: String? = nil
    ) -> NewJob {
        NewJob(
            spec: JobSpec(
                command: Command(arguments: ["/bin/echo", word]), queue: queue, name: name, priority: priority),
            submitter: Submitter(user: user, group: user + 1), submitted: start, state: state, token: token)
    }

    /// Jobs whose every field is at an edge.
    static let edges: [NewJob] = [
        NewJob(
            spec: JobSpec(
                command: Command(
                    arguments: ["", " ", "a\nb", "grüße 🐦", "\u{1}\u{7F}", String(repeating: "x", count: 100_000), ""],
                    directory: "/tmp/with space", environment: ["EMPTY": "", "A": "b=c", "Ü": "ö\n"]),
                queue: name("a.b_C-9"), name: "a name, 'quoted' \"twice\"", priority: -1000, delay: .nanoseconds(1),
                timeout: .milliseconds(1), killAfter: .zero),
            submitter: Submitter(user: .max - 1, group: .max - 1), submitted: Timestamp(nanoseconds: 1),
            state: .scheduled(until: Timestamp(nanoseconds: .max)), token: "grüße"),
        NewJob(
            spec: JobSpec(
                command: Command(arguments: ["p"]), queue: main, priority: 1000, delay: Limits.longestDuration,
                timeout: Limits.longestDuration, killAfter: Limits.longestDuration),
            submitter: Submitter(user: 0, group: 0), submitted: Timestamp(nanoseconds: -5),
            state: .ready(since: Timestamp(nanoseconds: -7)), token: nil),
        NewJob(
            spec: JobSpec(command: Command(arguments: ["p", "", ""], environment: [:]), queue: main, name: "n"),
            submitter: Submitter(user: 7, group: 8), submitted: start, state: .ready(since: start), token: "t"),
    ]

    static let outcomes: [Outcome] =
        [
            .exited(code: 1), .exited(code: 255), .signalled(9), .timedOut, .cancelled, .interrupted, .lost,
        ] + StartStep.allCases.map { .couldNotStart(step: $0, errno: 13) }
}

extension JobStore {
    /// Stores jobs in one transaction.
    @discardableResult
    func insert(_ jobs: [NewJob]) throws(JobStoreError) -> [JobID] {
        try write { transaction throws(JobStoreError) in
            var ids: [JobID] = []
            for job in jobs { ids.append(try transaction.insert(job)) }
            return ids
        }
    }

    @discardableResult
    func insert(_ job: NewJob) throws(JobStoreError) -> JobID {
        try write { transaction throws(JobStoreError) in try transaction.insert(job) }
    }

    /// Gives a job a new state, in a transaction of its own.
    func set(_ id: JobID, _ state: JobState, attempts: Int? = nil, ended: Timestamp? = nil) throws(JobStoreError) {
        try write { transaction throws(JobStoreError) in
            guard var job = try transaction.job(id) else { throw .refused("no job \(id)") }
            job.state = state
            job.attempts = attempts ?? job.attempts
            job.ended = ended
            try transaction.update(job)
        }
    }

    func ready(in queue: QueueName = Samples.main, limit: Int = 100) throws(JobStoreError) -> [JobID] {
        try write { transaction throws(JobStoreError) in try transaction.readyJobs(in: queue, limit: limit).map(\.id) }
    }

    func due(at now: Timestamp, limit: Int = 100) throws(JobStoreError) -> [JobID] {
        try write { transaction throws(JobStoreError) in try transaction.dueJobs(at: now, limit: limit).map(\.id) }
    }

    func nextDue() throws(JobStoreError) -> Timestamp? {
        try write { transaction throws(JobStoreError) in try transaction.nextDue() }
    }

    func running() throws(JobStoreError) -> [Job] {
        try write { transaction throws(JobStoreError) in try transaction.runningJobs() }
    }

    func job(token: String, of user: UInt32) throws(JobStoreError) -> Job? {
        try write { transaction throws(JobStoreError) in try transaction.job(token: token, of: user) }
    }

    func list(_ filter: JobFilter = JobFilter(), before: JobID? = nil, limit: Int = 1_000) throws(JobStoreError)
        -> [JobID]
    {
        try jobs(matching: filter, page: JobPage(before: before, limit: limit)).map(\.id)
    }
}
