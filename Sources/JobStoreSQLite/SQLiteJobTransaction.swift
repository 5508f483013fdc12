import JobStore
import Jobs

/// One open transaction on the writing connection.
final class SQLiteJobTransaction: JobTransaction {
    private let connection: SQLiteConnection
    /// The highest id given out; stored once at the end instead of with each insert.
    private(set) var lastID: Int64
    /// Changes to `tally`, summed up: one update per queue and state, however many jobs.
    private var tally: [TallyKey: Int64] = [:]

    private struct TallyKey: Hashable, Comparable {
        let queue: String
        let state: Int64

        static func < (left: TallyKey, right: TallyKey) -> Bool {
            (left.queue, left.state) < (right.queue, right.state)
        }
    }

    init(on connection: SQLiteConnection, lastID: Int64) {
        self.connection = connection
        self.lastID = lastID
    }

    func insert(_ new: NewJob) throws(JobStoreError) -> JobID {
        lastID += 1
        let spec = new.spec
        let state = SQLiteStateCode.number(of: new.state.name)
        try connection.statement(
            "INSERT INTO job (id, state, queue, priority, since, attempts, uid) VALUES (?, ?, ?, ?, ?, 0, ?)"
        ).run(
            .integer(lastID), .integer(state), .text(spec.queue.text), .integer(Int64(spec.priority)),
            .integer(SQLiteJobRow.since(new.state, ended: nil)), .integer(Int64(new.submitter.user)))
        try connection.statement(
            """
            INSERT INTO spec (job, kind, payload, directory, environment, name, delay, timeout, kill_after, gid, submitted)
            VALUES (?, 'command', ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        ).run(
            .integer(lastID), .blob(SQLiteJobRow.bytes(spec.command.arguments)), .text(spec.command.directory),
            .blob(SQLiteJobRow.bytes(spec.command.environment)), .text(spec.name),
            .integer(spec.delay?.wholeNanoseconds), .integer(spec.timeout?.wholeNanoseconds),
            .integer(spec.killAfter?.wholeNanoseconds), .integer(Int64(new.submitter.group)),
            .integer(new.submitted.nanoseconds))
        if let token = new.token {
            try connection.statement("INSERT INTO token (uid, token, job) VALUES (?, ?, ?)")
                .run(.integer(Int64(new.submitter.user)), .text(token), .integer(lastID))
        }
        count(spec.queue, state, by: 1)
        return JobID(rawValue: lastID)
    }

    func job(token: String, of user: UInt32) throws(JobStoreError) -> Job? {
        let ids = try connection.statement("SELECT job FROM token WHERE uid = ? AND token = ?")
            .rows(.integer(Int64(user)), .text(token)) { JobID(rawValue: $0.integer(0)) }
        guard let id = ids.first else { return nil }
        return try job(id)
    }

    func job(_ id: JobID) throws(JobStoreError) -> Job? {
        try SQLiteQueries.job(id, on: connection)
    }

    func readyJobs(in queue: QueueName, limit: Int) throws(JobStoreError) -> [Job] {
        try jobs(
            "job.state = 1 AND job.queue = ? ORDER BY job.priority DESC, job.since, job.id LIMIT ?",
            .text(queue.text), .integer(Int64(limit)))
    }

    func dueJobs(at now: Timestamp, limit: Int) throws(JobStoreError) -> [Job] {
        try jobs(
            "job.state = 0 AND job.since <= ? ORDER BY job.since, job.id LIMIT ?",
            .integer(now.nanoseconds), .integer(Int64(limit)))
    }

    func nextDue() throws(JobStoreError) -> Timestamp? {
        try connection.statement("SELECT since FROM job WHERE state = 0 ORDER BY since, id LIMIT 1")
            .rows { Timestamp(nanoseconds: $0.integer(0)) }.first
    }

    func runningJobs() throws(JobStoreError) -> [Job] {
        try jobs("job.state = 2 ORDER BY job.id")
    }

    func update(_ job: Job) throws(JobStoreError) {
        let before = try connection.statement("SELECT state FROM job WHERE id = ?")
            .rows(.integer(job.id.rawValue)) { $0.integer(0) }
        guard let before = before.first else { throw .refused("there is no job \(job.id)") }
        let state = SQLiteStateCode.number(of: job.state.name)
        var reason: SQLiteOutcomeCode?
        if case .failed(let outcome) = job.state { reason = SQLiteOutcomeCode(outcome) }
        try connection.statement(
            "UPDATE job SET state = ?, since = ?, attempts = ?, reason = ?, detail = ?, step = ? WHERE id = ?"
        ).run(
            .integer(state), .integer(SQLiteJobRow.since(job.state, ended: job.ended)), .integer(Int64(job.attempts)),
            .integer(reason?.outcome), .integer(reason?.detail), .integer(reason?.step), .integer(job.id.rawValue))
        count(job.spec.queue, before, by: -1)
        count(job.spec.queue, state, by: 1)
    }

    func begin(_ attempt: Attempt, of job: JobID) throws(JobStoreError) {
        try connection.statement("INSERT INTO attempt (job, number, node, claimed) VALUES (?, ?, ?, ?)")
            .run(
                .integer(job.rawValue), .integer(Int64(attempt.number)), .text(attempt.node),
                .integer(attempt.claimed.nanoseconds))
    }

    func end(_ attempt: AttemptID, _ end: AttemptEnd) throws(JobStoreError) {
        let code = SQLiteOutcomeCode(end.outcome)
        let known = try connection.statement(
            """
            UPDATE attempt SET ended = ?, outcome = ?, detail = ?, step = ?, user_time = ?, system_time = ?, max_resident = ?
            WHERE job = ? AND number = ? RETURNING 1
            """
        ).rows(
            .integer(end.at.nanoseconds), .integer(code.outcome), .integer(code.detail), .integer(code.step),
            .integer(end.cost?.userTime.wholeNanoseconds), .integer(end.cost?.systemTime.wholeNanoseconds),
            .integer(end.cost?.maxResident), .integer(attempt.job.rawValue), .integer(Int64(attempt.number))
        ) { $0.integer(0) }
        guard !known.isEmpty else { throw .refused("there is no attempt \(attempt)") }
    }

    /// Writes what was summed up; the last thing before the commit.
    func finish(lastIDBefore: Int64) throws(JobStoreError) {
        if lastID != lastIDBefore {
            try connection.statement("UPDATE setting SET value = ? WHERE name = 'last_id'").run(.integer(lastID))
        }
        for (key, change) in tally.sorted(by: { $0.key < $1.key }) where change != 0 {
            try connection.statement(
                """
                INSERT INTO tally (queue, state, jobs) VALUES (?, ?, ?)
                ON CONFLICT (queue, state) DO UPDATE SET jobs = jobs + excluded.jobs
                """
            ).run(.text(key.queue), .integer(key.state), .integer(change))
        }
    }

    private func jobs(_ condition: String, _ values: SQLiteValue...) throws(JobStoreError) -> [Job] {
        try connection.statement(SQLiteQueries.select(where: condition)).rows(values, read: SQLiteJobRow.read)
    }

    private func count(_ queue: QueueName, _ state: Int64, by change: Int64) {
        tally[TallyKey(queue: queue.text, state: state), default: 0] += change
    }
}
