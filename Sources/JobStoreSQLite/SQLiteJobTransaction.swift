import JobStore
import Jobs

/// One open transaction on the writing connection.
final class SQLiteJobTransaction: JobTransaction {
    let connection: SQLiteConnection
    /// The highest id given out; stored once at the end instead of with each insert.
    private(set) var lastID: Int64
    private var tally = SQLiteTally()
    /// The rows that were read or written so far.
    private var known: [JobID: SQLiteKnownRow] = [:]

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
        tally.move(from: nil, to: SQLiteKnownRow(of: job).place)
        for dependency in new.dependencies {
            try add(dependency, of: job.id, isOpen: new.open.contains(dependency.on))
        }
        return job.id
    }

    func job(_ id: JobID) throws(JobStoreError) -> Job? {
        try jobs(SQLiteQueries.jobByID, .integer(id.rawValue)).first
    }

    func update(_ job: Job) throws(JobStoreError) {
        let old = try row(of: job.id)
        let rare = SQLiteRareColumns(of: job)
        try updateRow(of: job, rare: old.isPlain && rare.isNone ? nil : rare)
        let place = SQLiteTally.Place(queue: old.place.queue, state: SQLiteStateCode.number(of: job.state.name))
        note(job.id, from: old, to: SQLiteKnownRow(place: place, isPlain: rare.isNone))
    }

    func rewrite(_ job: Job) throws(JobStoreError) {
        let old = try row(of: job.id)
        try rewriteRows(of: job)
        let place = SQLiteTally.Place(queue: job.spec.queue.text, state: old.place.state)
        // Its expiry may be another now.
        note(job.id, from: old, to: SQLiteKnownRow(place: place, isPlain: false))
    }

    func delete(_ job: JobID) throws(JobStoreError) {
        guard try !hasDependants(job) else { throw .refused("another job waits for \(job)") }
        let old = try row(of: job)
        try deleteRows(of: job)
        note(job, from: old, to: nil)
    }

    func record(_ change: Change, of job: JobID) throws(JobStoreError) {
        try require(job)
        let cause = SQLiteCauseCode(change.cause)
        try connection.statement(
            """
            INSERT INTO change (job, number, at, by, cause, detail, state, attempts)
            SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7 FROM change WHERE job = ?1
            """
        ).run(
            .integer(job.rawValue), .integer(change.at.nanoseconds), .who(change.by), .integer(cause.number),
            cause.detail, .integer(SQLiteStateCode.number(of: change.state)), .integer(change.attempts))
    }

    // MARK: Attempts

    func begin(_ attempt: Attempt, of job: JobID) throws(JobStoreError) {
        try require(job)
        try connection.statement("INSERT INTO attempt (job, number, node, claimed) VALUES (?, ?, ?, ?)")
            .run(
                .integer(job.rawValue), .integer(attempt.number), .text(attempt.node),
                .integer(attempt.claimed.nanoseconds))
    }

    private static let endAttempt = """
        UPDATE attempt
        SET ended = ?, outcome = ?, detail = ?, step = ?, next = ?, \(SQLiteCostColumns.assignments)
        WHERE job = ? AND number = ? AND ended IS NULL RETURNING 1
        """

    func end(_ attempt: AttemptID, _ end: AttemptEnd, next: JobState.Name) throws(JobStoreError) {
        let code = SQLiteOutcomeCode(end.outcome)
        let known = try connection.statement(Self.endAttempt).rows(
            [
                .integer(end.at.nanoseconds), .integer(code.outcome), .integer(code.detail), .integer(code.step),
                .integer(SQLiteStateCode.number(of: next)),
            ] + SQLiteCostColumns.values(of: end.cost)
                + [.integer(attempt.job.rawValue), .integer(attempt.number)]
        ) { $0.integer(0) }
        guard !known.isEmpty else { throw .refused("there is no attempt \(attempt) that runs") }
    }

    // MARK: Queues

    func set(_ setting: String, of queue: QueueName, to value: StoredSetting?) throws(JobStoreError) {
        guard let value else {
            try connection.statement("DELETE FROM queue_setting WHERE queue = ? AND name = ?")
                .run(.text(queue.text), .text(setting))
            return
        }
        try connection.statement(
            "INSERT OR REPLACE INTO queue_setting (queue, name, value, by, at) VALUES (?, ?, ?, ?, ?)"
        )
        .run(.text(queue.text), .text(setting), .text(value.value), .who(value.by), .integer(value.at.nanoseconds))
    }

    /// Writes what was summed up; the last thing before the commit.
    func finish(lastIDBefore: Int64) throws(JobStoreError) {
        if lastID != lastIDBefore {
            try connection.statement("UPDATE setting SET value = ? WHERE name = 'last_id'").run(.integer(lastID))
        }
        for (place, change) in tally.changes {
            try connection.statement(
                """
                INSERT INTO tally (queue, state, jobs) VALUES (?, ?, ?)
                ON CONFLICT (queue, state) DO UPDATE SET jobs = jobs + excluded.jobs
                """
            ).run(.text(place.queue), .integer(place.state), .integer(change))
        }
    }

    // MARK: Reading

    /// Jobs by a query of `SQLiteQueries.select`.
    func jobs(_ query: String, _ values: SQLiteValue...) throws(JobStoreError) -> [Job] {
        let jobs = try connection.statement(query).rows(values, read: SQLiteJobRow.read)
        for job in jobs { known[job.id] = SQLiteKnownRow(of: job) }
        return jobs
    }

    /// Refuses an id that no job has.
    func require(_ id: JobID) throws(JobStoreError) { _ = try row(of: id) }

    /// What is known of a job that must be there.
    private func row(of id: JobID) throws(JobStoreError) -> SQLiteKnownRow {
        if let row = known[id] { return row }
        let found = try connection.statement("SELECT queue, state FROM job WHERE id = ?").rows(.integer(id.rawValue)) {
            SQLiteKnownRow(place: .init(queue: $0.text(0), state: $0.integer(1)), isPlain: false)
        }
        guard let row = found.first else { throw .refused("there is no job \(id)") }
        known[id] = row
        return row
    }

    private func note(_ id: JobID, from old: SQLiteKnownRow?, to new: SQLiteKnownRow?) {
        tally.move(from: old?.place, to: new?.place)
        known[id] = new
    }
}
