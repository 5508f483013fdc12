import JobStore
import Jobs

/// Which jobs come next: for a worker, for a time, for removal.
///
/// Each query has its index, and names the condition of that index word for word: SQLite does not conclude that what is
/// 0 is not 1.
extension SQLiteJobTransaction {
    // MARK: Order

    func readyJobs(in queue: QueueName, limit: Int) throws(JobStoreError) -> [Job] {
        try jobs(connection.statement(.readyJobs)) {
            $0.bind(queue.text)
            $0.bind(limit)
        }
    }

    func parkedJobs(lacking resource: Resource, in queue: QueueName, limit: Int) throws(JobStoreError) -> [Job] {
        try jobs(Self.parked) {
            $0.bind(resource.text)
            $0.bind(queue.text)
            $0.bind(limit)
        }
    }

    func runningJobs() throws(JobStoreError) -> [Job] { try jobs(Self.running) }

    static let readyJobs = SQLiteQueries.select(
        where: """
            job.state = 1 AND job.lacks IS NULL AND job.queue = ?
            ORDER BY job.priority DESC, job.since, job.id LIMIT ?
            """)

    private static let parked = SQLiteQueries.select(
        where: """
            job.state = 1 AND job.lacks = ? AND job.queue = ?
            ORDER BY job.priority DESC, job.since, job.id LIMIT ?
            """)

    private static let running = SQLiteQueries.select(
        where: "job.state = 2 AND job.state <> 1 ORDER BY job.since, job.id")

    // MARK: Time

    func dueJobs(at now: Timestamp, limit: Int) throws(JobStoreError) -> [Job] {
        try jobs(Self.due) {
            $0.bind(now)
            $0.bind(limit)
        }
    }

    private static let due = SQLiteQueries.select(
        where: "job.state = 0 AND job.state <> 1 AND job.since <= ? ORDER BY job.since, job.id LIMIT ?")

    func nextDue() throws(JobStoreError) -> Timestamp? {
        try connection.statement("SELECT since FROM job WHERE state = 0 AND state <> 1 ORDER BY since, id LIMIT 1")
            .first { Timestamp(nanoseconds: $0.integer(0)) }
    }

    func expiredJobs(at now: Timestamp, limit: Int) throws(JobStoreError) -> [Job] {
        try jobs(Self.expired) {
            $0.bind(now)
            $0.bind(limit)
        }
    }

    private static let expired = SQLiteQueries.select(
        where: "job.expiry IS NOT NULL AND job.expiry <= ? ORDER BY job.expiry, job.id LIMIT ?")

    func nextExpiry() throws(JobStoreError) -> Timestamp? {
        try connection.statement("SELECT expiry FROM job WHERE expiry IS NOT NULL ORDER BY expiry, id LIMIT 1")
            .first { Timestamp(nanoseconds: $0.integer(0)) }
    }

    // MARK: Retention

    func endedJobs(in state: JobState.Name, before: Timestamp, limit: Int) throws(JobStoreError) -> [JobID] {
        guard state.isFinal else { return [] }
        return try connection.statement(
            "SELECT id FROM job WHERE state = ? AND state <> 1 AND since < ? ORDER BY since, id LIMIT ?"
        ).rows {
            $0.bind(SQLiteStateCode.number(of: state))
            $0.bind(before)
            $0.bind(limit)
        } read: {
            JobID(rawValue: $0.integer(0))
        }
    }
}
