import JobStore
import Jobs

/// What became of a job: its attempts and changes.
extension SQLiteQueries {
    static func attempts(
        of job: JobID, last limit: Int, on connection: SQLiteConnection
    ) throws(JobStoreError) -> [Attempt] {
        try connection.statement(
            """
            SELECT number, node, claimed, ended, outcome, detail, step, next, \(SQLiteCostColumns.list)
            FROM attempt WHERE job = ? ORDER BY number DESC LIMIT ?
            """
        ).rows(
            {
                $0.bind(job)
                $0.bind(limit)
            }, read: attempt
        ).reversed()
    }

    private static func attempt(_ row: borrowing SQLiteRow) throws(JobStoreError) -> Attempt {
        var attempt = Attempt(
            number: Int(row.integer(0)), node: row.text(1), claimed: Timestamp(nanoseconds: row.integer(2)))
        guard let ended = row.optionalInteger(3) else { return attempt }
        let outcome = try SQLiteOutcomeCode(
            outcome: row.integer(4), detail: row.optionalInteger(5), step: row.optionalInteger(6)
        ).decoded()
        attempt.end = AttemptEnd(
            outcome: outcome, at: Timestamp(nanoseconds: ended), cost: SQLiteCostColumns.cost(row, from: 8))
        attempt.next = try SQLiteStateCode.name(of: row.integer(7))
        return attempt
    }

    static func changes(
        of job: JobID, last limit: Int, on connection: SQLiteConnection
    ) throws(JobStoreError) -> [Change] {
        try connection.statement(
            "SELECT at, by, cause, detail, state, attempts FROM change WHERE job = ? ORDER BY number DESC LIMIT ?"
        )
        .rows {
            $0.bind(job)
            $0.bind(limit)
        } read: { row throws(JobStoreError) in
            Change(
                at: Timestamp(nanoseconds: row.integer(0)), by: row.who(1),
                cause: try SQLiteCauseCode.cause(row, 2, 3), state: try SQLiteStateCode.name(of: row.integer(4)),
                attempts: Int(row.integer(5)))
        }.reversed()
    }
}

extension SQLiteRow {
    /// What `SQLiteParameters` bound.
    func who(_ column: Int32) -> Actor {
        optionalInteger(column).map { .user(UInt32(truncatingIfNeeded: $0)) } ?? .daemon
    }
}
