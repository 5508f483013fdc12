import JobStore
import Jobs

/// The rows of a job in `job` and `spec`, and all that goes when it goes.
extension SQLiteJobTransaction {
    // MARK: Insert

    static let insertPlainJob = insert(into: "job", ["id", "uid", "queue", "priority"] + SQLiteStateColumns.names)
    private static let anyJob = insert(
        into: "job", ["id", "uid", "queue", "priority"] + SQLiteStateColumns.names + SQLiteRareColumns.names)

    static let insertSpec = insert(
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
        try connection.statement(.insertToken).run {
            $0.bind(Int64(job.submitter.user))
            $0.bind(token)
            $0.bind(job.id)
        }
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
        let rare = SQLiteRareColumns.areNone(of: job) ? nil : SQLiteRareColumns(of: job)
        let statement = try rare == nil ? connection.statement(.insertPlainJob) : connection.statement(Self.anyJob)
        try statement.run {
            $0.bind(job.id)
            $0.bind(Int64(job.submitter.user))
            $0.bind(job.shared.spec.queue.text)
            $0.bind(job.shared.spec.priority)
            SQLiteStateColumns.bind(job, to: &$0)
            rare?.bind(to: &$0)
        }
    }

    private func insertSpec(of job: Job, token: String?) throws(JobStoreError) {
        let firstState = job.firstState == .ready ? nil : SQLiteStateCode.number(of: job.firstState)
        try connection.statement(.insertSpec).run {
            $0.bind(job.id)
            $0.bind("command")
            $0.bind(Int64(job.submitter.group))
            $0.bind(job.submitter.name)
            $0.bind(job.submitted)
            $0.bind(token)
            $0.bind(firstState)
            SQLiteSpecColumns.bind(job.shared.spec, to: &$0)
        }
    }

    // MARK: Update

    static let updateState = "UPDATE job SET \(set(SQLiteStateColumns.names)) WHERE id = ?"
    private static let updateAll =
        "UPDATE job SET \(set(SQLiteStateColumns.names + SQLiteRareColumns.names)) WHERE id = ?"

    private static let rewriteSpec =
        "UPDATE spec SET \(set(SQLiteSpecColumns.names)), edited = 1 WHERE job = ?"

    private static func set(_ columns: [String]) -> String { columns.map { "\($0) = ?" }.joined(separator: ", ") }

    /// - Parameter rare: `nil` where they stay as they are.
    /// - Returns: whether there is such a job.
    func updateRow(of job: Job, rare: SQLiteRareColumns?) throws(JobStoreError) -> Bool {
        let statement = try rare == nil ? connection.statement(.updateState) : connection.statement(Self.updateAll)
        return try statement.run {
            SQLiteStateColumns.bind(job, to: &$0)
            rare?.bind(to: &$0)
            $0.bind(job.id)
        } == 1
    }

    func rewriteRows(of job: Job) throws(JobStoreError) {
        // What `Job.expiry` says, by the state that is stored.
        let expiry = job.shared.spec.expires.map { job.submitted + $0 }
        try connection.statement(
            """
            UPDATE job SET queue = ?, priority = ?, expiry = CASE WHEN attempts = 0 AND state < 2 THEN ? END
            WHERE id = ?
            """
        ).run {
            $0.bind(job.shared.spec.queue.text)
            $0.bind(job.shared.spec.priority)
            $0.bind(expiry)
            $0.bind(job.id)
        }
        try connection.statement(Self.rewriteSpec).run {
            SQLiteSpecColumns.bind(job.shared.spec, to: &$0)
            $0.bind(job.id)
        }
    }

    // MARK: Delete

    func deleteRows(of job: JobID) throws(JobStoreError) {
        // Asked before, because RETURNING makes a table of its own each time.
        let found = try connection.statement(
            "SELECT job.uid, spec.token, spec.options FROM job JOIN spec ON spec.job = job.id WHERE job.id = ?"
        ).first {
            $0.bind(job)
        } read: {
            (user: $0.integer(0), token: $0.optionalText(1), options: $0.optionalBlob(2))
        }
        if let (user, token, options) = found {
            if let token {
                try connection.statement("DELETE FROM token WHERE uid = ? AND token = ?").run {
                    $0.bind(user)
                    $0.bind(token)
                }
            }
            if let key = options.flatMap(SQLiteSpecOptions.key) { try releaseKey(key, of: user, by: job) }
        }
        try connection.statement("DELETE FROM job WHERE id = ?").run { $0.bind(job) }
        for table in ["spec", "attachment", "attempt", "change", "dependency", "settle", "taken"] {
            try connection.statement("DELETE FROM \(table) WHERE job = ?").run { $0.bind(job) }
        }
    }
}
