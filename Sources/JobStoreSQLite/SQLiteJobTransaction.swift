import JobStore
import Jobs

/// One open transaction on the writing connection.
final class SQLiteJobTransaction: JobTransaction {
    let connection: SQLiteConnection
    /// The highest id given out; stored once at the end instead of with each insert.
    private(set) var lastID: Int64
    private var tally = SQLiteTally()
    /// The job that was seen to be there last: what is noted of a job follows a look at it, or a change of it.
    private var lastSeen: JobID?

    #if WEAKENED
        /// What a second transaction stores.
        var lateTokens: [(token: String, job: Job)] = []
    #endif

    init(on connection: SQLiteConnection, lastID: Int64) {
        self.connection = connection
        self.lastID = lastID
    }

    // MARK: Jobs

    func insert(_ new: NewJob) throws(JobStoreError) -> JobID {
        for dependency in new.dependencies { try require(dependency.on) }
        lastID += 1
        let job = new.job(JobID(rawValue: lastID))
        try insertRows(of: job, token: new.token)
        try insert(new.attachments, of: job.id)
        lastSeen = job.id
        tally.move(from: nil, to: SQLiteTally.Place(of: job))
        for dependency in new.dependencies {
            try add(dependency, of: job.id, isOpen: new.open.contains(dependency.on))
        }
        return job.id
    }

    func job(_ id: JobID) throws(JobStoreError) -> Job? {
        try jobs(SQLiteQueries.jobByID) { $0.bind(id) }.first
    }

    func update(_ job: Job, was before: Job) throws(JobStoreError) {
        let isPlain = SQLiteRareColumns.areNone(of: job) && SQLiteRareColumns.areNone(of: before)
        guard try updateRow(of: job, rare: isPlain ? nil : SQLiteRareColumns(of: job)) else {
            throw Self.noJob(job.id)
        }
        lastSeen = job.id
        let old = SQLiteTally.Place(of: before)
        tally.move(
            from: old, to: SQLiteTally.Place(queue: old.queue, state: SQLiteStateCode.number(of: job.state.name)))
    }

    func rewrite(_ job: Job) throws(JobStoreError) {
        let old = try place(of: job.id)
        try rewriteRows(of: job)
        tally.move(from: old, to: SQLiteTally.Place(queue: job.shared.spec.queue.text, state: old.state))
    }

    func delete(_ job: JobID) throws(JobStoreError) {
        guard try !hasDependants(job) else { throw .refused("another job waits for \(job)") }
        let old = try place(of: job)
        try deleteRows(of: job)
        if lastSeen == job { lastSeen = nil }
        tally.move(from: old, to: nil)
    }

    func record(_ change: Change, of job: JobID) throws(JobStoreError) {
        try require(job)
        let cause = SQLiteCauseCode(change.cause)
        try connection.statement(
            """
            INSERT INTO change (job, number, at, by, cause, detail, state, attempts)
            SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7 FROM change WHERE job = ?1
            """
        ).run {
            $0.bind(job)
            $0.bind(change.at)
            $0.bind(change.by)
            cause.bind(to: &$0)
            $0.bind(SQLiteStateCode.number(of: change.state))
            $0.bind(change.attempts)
        }
    }

    // MARK: Attempts

    func begin(_ attempt: Attempt, of job: JobID) throws(JobStoreError) {
        try require(job)
        try connection.statement(.beginAttempt).run {
            $0.bind(job)
            $0.bind(attempt.number)
            $0.bind(attempt.node)
            $0.bind(attempt.claimed)
        }
    }

    static let endAttempt = """
        UPDATE attempt
        SET ended = ?, outcome = ?, detail = ?, step = ?, next = ?, \(SQLiteCostColumns.assignments)
        WHERE job = ? AND number = ? AND ended IS NULL
        """

    func end(_ attempt: AttemptID, _ end: AttemptEnd, next: JobState.Name) throws(JobStoreError) {
        let code = SQLiteOutcomeCode(end.outcome)
        let ended = try connection.statement(.endAttempt).run {
            $0.bind(end.at)
            $0.bind(code.outcome)
            $0.bind(code.detail)
            $0.bind(code.step)
            $0.bind(SQLiteStateCode.number(of: next))
            SQLiteCostColumns.bind(end.cost, to: &$0)
            $0.bind(attempt.job)
            $0.bind(attempt.number)
        }
        guard ended == 1 else { throw .refused("there is no attempt \(attempt) that runs") }
    }

    // MARK: Queues

    func set(_ setting: String, of queue: QueueName, to value: StoredSetting?) throws(JobStoreError) {
        guard let value else {
            try connection.statement("DELETE FROM queue_setting WHERE queue = ? AND name = ?")
                .run {
                    $0.bind(queue.text)
                    $0.bind(setting)
                }
            return
        }
        try connection.statement(
            "INSERT OR REPLACE INTO queue_setting (queue, name, value, by, at) VALUES (?, ?, ?, ?, ?)"
        ).run {
            $0.bind(queue.text)
            $0.bind(setting)
            $0.bind(value.value)
            $0.bind(value.by)
            $0.bind(value.at)
        }
    }

    /// Writes what was summed up; the last thing before the commit.
    func finish(lastIDBefore: Int64) throws(JobStoreError) {
        if lastID != lastIDBefore {
            try connection.statement("UPDATE setting SET value = ? WHERE name = 'last_id'").run { $0.bind(lastID) }
        }
        for (place, change) in tally.changes {
            try connection.statement(
                """
                INSERT INTO tally (queue, state, jobs) VALUES (?, ?, ?)
                ON CONFLICT (queue, state) DO UPDATE SET jobs = jobs + excluded.jobs
                """
            ).run {
                $0.bind(place.queue)
                $0.bind(place.state)
                $0.bind(change)
            }
        }
    }

    // MARK: Reading

    /// Jobs by a query of `SQLiteQueries.select`.
    func jobs(_ query: String, _ bind: (inout SQLiteParameters) -> Void = { _ in }) throws(JobStoreError) -> [Job] {
        try jobs(connection.statement(query), bind)
    }

    func jobs(
        _ query: SQLiteStatement, _ bind: (inout SQLiteParameters) -> Void
    ) throws(JobStoreError) -> [Job] {
        let jobs = try query.rows(bind, read: SQLiteJobRow.read)
        if let last = jobs.last { lastSeen = last.id }
        return jobs
    }

    /// Refuses an id that no job has.
    func require(_ id: JobID) throws(JobStoreError) {
        if lastSeen != id { _ = try place(of: id) }
    }

    /// Where a job is counted that must be there.
    private func place(of id: JobID) throws(JobStoreError) -> SQLiteTally.Place {
        let place = try connection.statement("SELECT queue, state FROM job WHERE id = ?")
            .first {
                $0.bind(id)
            } read: {
                SQLiteTally.Place(queue: $0.text(0), state: $0.integer(1))
            }
        guard let place else { throw Self.noJob(id) }
        lastSeen = id
        return place
    }

    private static func noJob(_ id: JobID) -> JobStoreError { .refused("there is no job \(id)") }
}
