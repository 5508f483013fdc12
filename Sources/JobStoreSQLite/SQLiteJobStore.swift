package import JobStore
package import Jobs
import Threading

/// Jobs in an SQLite file.
///
/// Write-ahead log with `synchronous=FULL`: a commit is on disk when `write` returns. The log file keeps its size,
/// because overwriting costs half as much to sync as growing, and checkpoints are taken by `tidy`, off the commit
/// path. After a commit whose fate is unknown the store refuses every further write: after one failed sync SQLite
/// would go on to acknowledge what is not on disk.
package final class SQLiteJobStore: JobStore {
    /// What only the ledger thread touches.
    private let writer: SQLiteWriter
    private let readers: Monitor<[SQLiteConnection]>
    private let path: String
    private let failure = StoreFailure()

    package let identity: String

    /// A log of this many frames (of one page each) is worth a checkpoint.
    private static let framesBeforeCheckpoint: Int32 = 2_048

    /// Opens the store, made and brought to the newest schema where needed.
    package init(path: String) throws(JobStoreError) {
        let connection = try SQLiteConnection(path: path, writable: true)
        for setting in ["journal_mode = WAL", "synchronous = FULL", "wal_autocheckpoint = 0", "temp_store = MEMORY"] {
            try connection.execute("PRAGMA \(setting)")
        }
        #if WEAKENED
            if Weakness.active == .synchronousNormal { try connection.execute("PRAGMA synchronous = NORMAL") }
            if Weakness.active == .synchronousOff { try connection.execute("PRAGMA synchronous = OFF") }
        #endif
        try SQLiteSchema.migrate(connection)
        let settings = try connection.statement("SELECT value FROM setting WHERE name = ?")
        guard let identity = try settings.first({ $0.bind("identity") }, read: { $0.text(0) }),
            let lastID = try settings.first({ $0.bind("last_id") }, read: { $0.integer(0) })
        else { throw .refused("\(path) has no identity: it is not a store of jobd, or it is damaged") }
        self.path = path
        self.identity = identity
        readers = Monitor([])
        writer = try SQLiteWriter(connection: connection, lastID: lastID, failure: failure)
    }

    package func write<Result>(
        _ body: (any JobTransaction) throws(JobStoreError) -> Result
    ) throws(JobStoreError) -> Result {
        try writer.write(body)
    }

    package func job(_ id: JobID) throws(JobStoreError) -> Job? {
        try read { connection throws(JobStoreError) in try SQLiteQueries.job(id, on: connection) }
    }

    package func jobs(matching filter: JobFilter, page: JobPage) throws(JobStoreError) -> [Job] {
        try read { connection throws(JobStoreError) in
            try SQLiteQueries.jobs(matching: filter, page: page, on: connection)
        }
    }

    package func attempts(of job: JobID, last limit: Int) throws(JobStoreError) -> [Attempt] {
        try read { connection throws(JobStoreError) in
            try SQLiteQueries.attempts(of: job, last: limit, on: connection)
        }
    }

    package func changes(of job: JobID, last limit: Int) throws(JobStoreError) -> [Change] {
        try read { connection throws(JobStoreError) in
            try SQLiteQueries.changes(of: job, last: limit, on: connection)
        }
    }

    package func dependencies(of job: JobID, limit: Int) throws(JobStoreError) -> [Dependency] {
        try read { connection throws(JobStoreError) in
            try SQLiteQueries.dependencies(of: job, limit: limit, on: connection)
        }
    }

    package func openDependencies(of job: JobID, limit: Int) throws(JobStoreError) -> [Dependency] {
        try read { connection throws(JobStoreError) in
            try SQLiteQueries.openDependencies(of: job, limit: limit, on: connection)
        }
    }

    package func jobsAhead(of job: Job, limit: Int) throws(JobStoreError) -> Int {
        try read { connection throws(JobStoreError) in
            try SQLiteQueries.jobsAhead(of: job, limit: limit, on: connection)
        }
    }

    package func takers(of resource: Resource, limit: Int) throws(JobStoreError) -> [JobID] {
        try read { connection throws(JobStoreError) in
            try SQLiteQueries.takers(of: resource, limit: limit, on: connection)
        }
    }

    package func amountTaken(of resource: Resource) throws(JobStoreError) -> Int {
        try read { connection throws(JobStoreError) in try SQLiteQueries.amountTaken(of: resource, on: connection) }
    }

    package func queueSettings() throws(JobStoreError) -> [QueueName: [String: StoredSetting]] {
        try read { connection throws(JobStoreError) in try SQLiteQueries.queueSettings(on: connection) }
    }

    package func counts() throws(JobStoreError) -> JobCounts {
        try read { connection throws(JobStoreError) in try SQLiteQueries.counts(on: connection) }
    }

    /// Whether a secret of some job is stored; looks through all attachments for the first.
    package func hasSecrets() throws(JobStoreError) -> Bool {
        try read { connection throws(JobStoreError) in try SQLiteQueries.hasSecrets(on: connection) }
    }

    package func tidy() throws(JobStoreError) {
        try writer.checkpoint(ifFramesExceed: Self.framesBeforeCheckpoint)
    }

    package func close() {
        readers.withLock { $0.removeAll() }
        writer.close()
    }

    /// Lends a reading connection: as many are made as there are threads that read at once.
    private func read<Result>(
        _ body: (SQLiteConnection) throws(JobStoreError) -> Result
    ) throws(JobStoreError) -> Result {
        do {
            let connection = try reader()
            defer { readers.withLock { $0.append(connection) } }
            return try body(connection)
        } catch {
            // It is the same disk: nothing more is acknowledged.
            if case .outcomeUnknown = error { throw failure.note(error) }
            throw error
        }
    }

    private func reader() throws(JobStoreError) -> SQLiteConnection {
        if let idle = readers.withLock({ $0.popLast() }) { return idle }
        return try SQLiteConnection(path: path, writable: false)
    }
}
