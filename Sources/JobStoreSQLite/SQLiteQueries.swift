import JobStore
import Jobs

/// What both kinds of connection ask.
enum SQLiteQueries {
    /// Jobs with their specs; `condition` ends with order and limit where it has them.
    static func select(where condition: String) -> String {
        "SELECT \(SQLiteJobRow.columns) FROM job JOIN spec ON spec.job = job.id WHERE \(condition)"
    }

    static func job(_ id: JobID, on connection: SQLiteConnection) throws(JobStoreError) -> Job? {
        try connection.statement(select(where: "job.id = ?"))
            .rows(.integer(id.rawValue), read: SQLiteJobRow.read).first
    }

    static func jobs(
        matching filter: JobFilter, page: JobPage, on connection: SQLiteConnection
    ) throws(JobStoreError) -> [Job] {
        var conditions = ["job.id < ?"]
        var values: [SQLiteValue] = [.integer(page.before?.rawValue ?? .max)]
        if !filter.states.isEmpty {
            let numbers = filter.states.map(SQLiteStateCode.number).sorted()
            conditions.append("job.state IN (\(numbers.map(String.init).joined(separator: ", ")))")
            // The words of the partial index, so that living jobs are found without passing over ended ones.
            if filter.states.allSatisfy({ !$0.isFinal }) { conditions.append("job.state < 3") }
        }
        if !filter.queues.isEmpty {
            // One text for any number of queues: each text stays prepared. A queue's name needs no escape in JSON.
            conditions.append("job.queue IN (SELECT value FROM json_each(?))")
            values.append(.text("[\(filter.queues.sorted().map { "\"\($0)\"" }.joined(separator: ","))]"))
        }
        if let user = filter.user {
            conditions.append("job.uid = ?")
            values.append(.integer(Int64(user)))
        }
        if let name = filter.name {
            conditions.append("spec.name = ?")
            values.append(.text(name))
        }
        values.append(.integer(Int64(page.limit)))
        let condition = conditions.joined(separator: " AND ") + " ORDER BY job.id DESC LIMIT ?"
        var size = 0
        return try connection.statement(select(where: condition)).rows(values) { row throws(JobStoreError) in
            // Beyond the page's bytes the query is left where it stands.
            guard size <= page.bytes else { return nil }
            let job = try SQLiteJobRow.read(row)
            size += job.spec.command.size
            return job
        }
    }

    static func attempts(of job: JobID, on connection: SQLiteConnection) throws(JobStoreError) -> [Attempt] {
        try connection.statement(
            """
            SELECT number, node, claimed, ended, outcome, detail, step, user_time, system_time, max_resident
            FROM attempt WHERE job = ? ORDER BY number
            """
        ).rows(.integer(job.rawValue), read: attempt)
    }

    private static func attempt(_ row: borrowing SQLiteRow) throws(JobStoreError) -> Attempt {
        var attempt = Attempt(
            number: Int(row.integer(0)), node: row.text(1), claimed: Timestamp(nanoseconds: row.integer(2)))
        guard let ended = row.optionalInteger(3) else { return attempt }
        let outcome = try SQLiteOutcomeCode(
            outcome: row.integer(4), detail: row.optionalInteger(5), step: row.optionalInteger(6)
        ).decoded()
        var cost: Cost?
        if let userTime = row.optionalInteger(7) {
            cost = Cost(
                userTime: .nanoseconds(userTime), systemTime: .nanoseconds(row.integer(8)),
                maxResident: row.optionalInteger(9))
        }
        attempt.end = AttemptEnd(outcome: outcome, at: Timestamp(nanoseconds: ended), cost: cost)
        return attempt
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
}
