import Jobs

/// The columns of a job that are read, in their order.
enum SQLiteJobColumn: Int32, CaseIterable {
    case id, state, queue, priority, since, attempts, uid, reason, detail, step
    case spent, crashes, open, lacks, stopping, notBefore
    case payload, directory, environment, name, delay, timeout, killAfter, gid, userName, submitted, options, firstState

    /// The same, for SQL.
    static let list = """
        job.id, job.state, job.queue, job.priority, job.since, job.attempts, job.uid, job.reason, job.detail, job.step, \
        job.spent, job.crashes, job.open, job.lacks, job.stopping, job.not_before, \
        spec.payload, spec.directory, spec.environment, spec.name, spec.delay, spec.timeout, spec.kill_after, \
        spec.gid, spec.user_name, spec.submitted, spec.options, spec.first_state
        """
}

extension SQLiteRow {
    func integer(_ column: SQLiteJobColumn) -> Int64 { integer(column.rawValue) }
    func optionalInteger(_ column: SQLiteJobColumn) -> Int64? { optionalInteger(column.rawValue) }
    func text(_ column: SQLiteJobColumn) -> String { text(column.rawValue) }
    func optionalText(_ column: SQLiteJobColumn) -> String? { optionalText(column.rawValue) }
    func blob(_ column: SQLiteJobColumn) -> [UInt8] { blob(column.rawValue) }
    func optionalBlob(_ column: SQLiteJobColumn) -> [UInt8]? { optionalBlob(column.rawValue) }
    func duration(_ column: SQLiteJobColumn) -> Duration? { optionalInteger(column).map { .nanoseconds($0) } }
    func timestamp(_ column: SQLiteJobColumn) -> Timestamp? {
        optionalInteger(column).map { Timestamp(nanoseconds: $0) }
    }
}
