import JobStore
import Jobs

/// Why a job waits, and what queues are like.
extension SQLiteQueries {
    static func dependencies(
        of job: JobID, limit: Int, on connection: SQLiteConnection
    ) throws(JobStoreError) -> [Dependency] {
        try connection.statement("SELECT other, condition FROM dependency WHERE job = ? ORDER BY other LIMIT ?")
            .rows(
                {
                    $0.bind(job)
                    $0.bind(limit)
                }, read: dependency)
    }

    /// Passes over those that are settled: only a person's question may cost that much.
    static func openDependencies(
        of job: JobID, limit: Int, on connection: SQLiteConnection
    ) throws(JobStoreError) -> [Dependency] {
        try connection.statement(
            "SELECT other, condition FROM dependency WHERE job = ? AND open = 1 ORDER BY other LIMIT ?"
        ).rows(
            {
                $0.bind(job)
                $0.bind(limit)
            }, read: dependency)
    }

    private static func dependency(_ row: borrowing SQLiteRow) throws(JobStoreError) -> Dependency {
        Dependency(on: JobID(rawValue: row.integer(0)), condition: try SQLiteDependencyCode.condition(row.integer(1)))
    }

    static func jobsAhead(of job: Job, limit: Int, on connection: SQLiteConnection) throws(JobStoreError) -> Int {
        guard case .ready(let since, _) = job.state else { return 0 }
        // Two ranges of one index; it goes no further than the limit.
        return try connection.statement(
            """
            SELECT count(*) FROM (
                SELECT 1 FROM job WHERE state = 1 AND lacks IS NULL AND queue = ?1 AND priority > ?2
                UNION ALL
                SELECT 1 FROM job WHERE state = 1 AND lacks IS NULL AND queue = ?1 AND priority = ?2 AND (since, id) < (?3, ?4)
                LIMIT ?5)
            """
        ).first {
            $0.bind(job.spec.queue.text)
            $0.bind(job.spec.priority)
            $0.bind(since)
            $0.bind(job.id)
            $0.bind(limit)
        } read: {
            Int($0.integer(0))
        } ?? 0
    }

    static func takers(
        of resource: Resource, limit: Int, on connection: SQLiteConnection
    ) throws(JobStoreError) -> [JobID] {
        try connection.statement("SELECT job FROM taken WHERE resource = ? ORDER BY job LIMIT ?")
            .rows {
                $0.bind(resource.text)
                $0.bind(limit)
            } read: {
                JobID(rawValue: $0.integer(0))
            }
    }

    static func amountTaken(of resource: Resource, on connection: SQLiteConnection) throws(JobStoreError) -> Int {
        try connection.statement("SELECT coalesce(sum(amount), 0) FROM taken WHERE resource = ?")
            .first {
                $0.bind(resource.text)
            } read: {
                Int($0.integer(0))
            } ?? 0
    }

    static func counts(on connection: SQLiteConnection) throws(JobStoreError) -> JobCounts {
        var counts = JobCounts()
        let rows = try connection.statement("SELECT queue, state, jobs FROM tally WHERE jobs > 0")
            .rows { row throws(JobStoreError) in
                (row.text(0), try SQLiteStateCode.name(of: row.integer(1)), Int(row.integer(2)))
            }
        for (queue, state, number) in rows {
            if let queue = QueueName(queue) { counts[queue, state] = number }
        }
        return counts
    }

    static func queueSettings(
        on connection: SQLiteConnection
    ) throws(JobStoreError) -> [QueueName: [String: StoredSetting]] {
        let rows = try connection.statement("SELECT queue, name, value, by, at FROM queue_setting").rows { row in
            let setting = StoredSetting(
                value: row.text(2), by: row.who(3), at: Timestamp(nanoseconds: row.integer(4)))
            return (queue: row.text(0), name: row.text(1), setting: setting)
        }
        var settings: [QueueName: [String: StoredSetting]] = [:]
        for row in rows {
            if let queue = QueueName(row.queue) { settings[queue, default: [:]][row.name] = row.setting }
        }
        return settings
    }
}
