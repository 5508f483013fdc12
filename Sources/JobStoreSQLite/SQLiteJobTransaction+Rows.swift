import JobStore
import Jobs

/// The rows of a job in `job` and `spec`, and all that goes when it goes.
extension SQLiteJobTransaction {
    // MARK: Insert

    private static let plainJob = insert(into: "job", ["id", "uid", "queue", "priority"] + SQLiteStateColumns.names)
    private static let anyJob = insert(
        into: "job", ["id", "uid", "queue", "priority"] + SQLiteStateColumns.names + SQLiteRareColumns.names)

    private static let insertSpec = insert(
        into: "spec",
        ["job", "kind", "gid", "user_name", "submitted", "token", "first_state"] + SQLiteSpecColumns.names)

    private static func insert(into table: String, _ columns: [String]) -> String {
        let places = columns.map { _ in "?" }.joined(separator: ", ")
        return "INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES (\(places))"
    }

    func insertRows(of job: Job, token: String?) throws(JobStoreError) {
        #if WEAKENED
            if Weakness.active == .tokenInSecondTransaction, let token {
                lateTokens.append((token, job))
            } else if let token {
                try insert(token, of: job)
            }
        #else
            if let token { try insert(token, of: job) }
        #endif
        try insertJob(job)
        try insertSpec(of: job, token: token)
    }

    private func insert(_ token: String, of job: Job) throws(JobStoreError) {
        try connection.statement("INSERT INTO token (uid, token, job) VALUES (?, ?, ?)")
            .run(.integer(Int64(job.submitter.user)), .text(token), .integer(job.id.rawValue))
    }

    #if WEAKENED
        func insertLateTokens() throws(JobStoreError) {
            guard !lateTokens.isEmpty else { return }
            Weakness.widen()
            try connection.statement("BEGIN IMMEDIATE").run()
            // A token that two jobs of one transaction have is the first one's.
            for (token, job) in lateTokens { try? insert(token, of: job) }
            try connection.statement("COMMIT").run()
        }
    #endif

    private func insertJob(_ job: Job) throws(JobStoreError) {
        let names: [SQLiteValue] = [
            .integer(job.id.rawValue), .integer(Int64(job.submitter.user)), .text(job.spec.queue.text),
            .integer(job.spec.priority),
        ]
        let state = SQLiteStateColumns.values(of: job)
        let rare = SQLiteRareColumns(of: job)
        if rare.isNone {
            try connection.statement(Self.plainJob).run(groups: [names, state])
        } else {
            try connection.statement(Self.anyJob).run(groups: [names, state, rare.values])
        }
    }

    private func insertSpec(of job: Job, token: String?) throws(JobStoreError) {
        let firstState = job.firstState == .ready ? nil : SQLiteStateCode.number(of: job.firstState)
        try connection.statement(Self.insertSpec).run(
            groups: [
                [
                    .integer(job.id.rawValue), .text("command"), .integer(Int64(job.submitter.group)),
                    .text(job.submitter.name), .integer(job.submitted.nanoseconds), .text(token), .integer(firstState),
                ], SQLiteSpecColumns.values(of: job.spec),
            ])
    }

    // MARK: Update

    private static let updateState = "UPDATE job SET \(set(SQLiteStateColumns.names)) WHERE id = ?"
    private static let updateAll =
        "UPDATE job SET \(set(SQLiteStateColumns.names + SQLiteRareColumns.names)) WHERE id = ?"

    private static let rewriteSpec =
        "UPDATE spec SET \(set(SQLiteSpecColumns.names)), edited = 1 WHERE job = ?"

    private static func set(_ columns: [String]) -> String { columns.map { "\($0) = ?" }.joined(separator: ", ") }

    /// - Parameter rare: `nil` where they stay as they are.
    func updateRow(of job: Job, rare: SQLiteRareColumns?) throws(JobStoreError) {
        let values = SQLiteStateColumns.values(of: job)
        let id = SQLiteValue.integer(job.id.rawValue)
        if let rare {
            try connection.statement(Self.updateAll).run(groups: [values, rare.values, [id]])
        } else {
            try connection.statement(Self.updateState).run(groups: [values, [id]])
        }
    }

    func rewriteRows(of job: Job) throws(JobStoreError) {
        let id = SQLiteValue.integer(job.id.rawValue)
        // What `Job.expiry` says, by the state that is stored.
        let expiry = job.spec.expires.map { job.submitted + $0 }
        try connection.statement(
            """
            UPDATE job SET queue = ?, priority = ?, expiry = CASE WHEN attempts = 0 AND state < 2 THEN ? END
            WHERE id = ?
            """
        ).run(.text(job.spec.queue.text), .integer(job.spec.priority), .integer(expiry?.nanoseconds), id)
        try connection.statement(Self.rewriteSpec).run(groups: [SQLiteSpecColumns.values(of: job.spec), [id]])
    }

    // MARK: Delete

    func deleteRows(of job: JobID) throws(JobStoreError) {
        let id = SQLiteValue.integer(job.rawValue)
        let user = try connection.statement("DELETE FROM job WHERE id = ? RETURNING uid").rows(id) { $0.integer(0) }
        let names = try connection.statement("DELETE FROM spec WHERE job = ? RETURNING token, options")
            .rows(id) { (token: $0.optionalText(0), options: $0.optionalBlob(1)) }
        if let user = user.first, let (token, options) = names.first {
            if let token {
                try connection.statement("DELETE FROM token WHERE uid = ? AND token = ?")
                    .run(.integer(user), .text(token))
            }
            if let key = options.flatMap(SQLiteSpecOptions.key) { try releaseKey(key, of: user, by: job) }
        }
        for table in ["attachment", "attempt", "change", "dependency", "settle", "taken"] {
            try connection.statement("DELETE FROM \(table) WHERE job = ?").run(id)
        }
    }
}
