import CSQLite
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
    /// That of the pages of this store.
    private let salt: UInt64
    /// What was found to be damaged: nothing is written any more.
    private let damage = Monitor<String?>(nil)
    private let onDamage: @Sendable (String) -> Void
    private let copying = SQLiteBackup()

    package let identity: String

    /// The newest schema that this program knows: a file of a newer one is refused.
    package static var schemaVersion: Int { SQLiteSchema.steps.count }

    /// A log of this many frames (of one page each) is worth a checkpoint.
    private static let framesBeforeCheckpoint: Int32 = 2_048

    /// Opens the store, made and brought to the newest schema where needed.
    ///
    /// - Parameter onDamage: called, on any thread, when a page turns out to be damaged while the store is in use; from
    ///   then on nothing is written, and the process must end.
    /// - Throws: `damaged` where the files are not what was written, `newerSchema`, or `refused`.
    package init(path: String, onDamage: @escaping @Sendable (String) -> Void = { _ in }) throws(JobStoreError) {
        let (connection, salt) = try SQLiteOpening(path: path).open()
        let settings = try connection.statement("SELECT value FROM setting WHERE name = ?")
        guard let identity = try settings.first({ $0.bind("identity") }, read: { $0.text(0) }),
            let lastID = try settings.first({ $0.bind("last_id") }, read: { $0.integer(0) })
        else { throw .refused("\(path) has no identity: it is not a store of jobd, or it is damaged") }
        self.path = path
        self.salt = salt
        self.onDamage = onDamage
        self.identity = identity
        readers = Monitor([])
        writer = try SQLiteWriter(connection: connection, lastID: lastID, failure: failure)
    }

    package func write<Result>(
        _ body: (any JobTransaction) throws(JobStoreError) -> Result
    ) throws(JobStoreError) -> Result {
        if let problem = damageFound { throw .damaged(problem) }
        return try watched { () throws(JobStoreError) in try writer.write(body) }
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

    /// Looks through the file for what is not as it should be, for that long at most.
    package func check(for patience: Duration) throws(JobStoreError) -> StoreCheck {
        try read { connection throws(JobStoreError) in try connection.quickCheck(for: patience) }
    }

    package func tidy() throws(JobStoreError) {
        try watched { () throws(JobStoreError) in
            try writer.checkpoint(ifFramesExceed: Self.framesBeforeCheckpoint)
        }
    }

    package func rest() {
        writer.dropCache()
        readers.withLock { readers in for reader in readers { reader.dropCache() } }
        jobd_give_back_memory()
    }

    /// Writes a copy of all that is stored at one moment into a new file, while the store is in use.
    ///
    /// The log grows while it lasts, because the copy reads what stood in the main file when it began.
    ///
    /// - Parameter path: where there must be nothing. The file is readable for its owner only.
    /// - Throws: `refused` where it could not be written, `damaged` where a page cannot be copied.
    package func backUp(to path: String) throws(JobStoreError) {
        try watched { () throws(JobStoreError) in
            let connection = try SQLiteConnection(path: self.path, writable: false, salt: salt)
            try copying.run(on: connection, to: path)
        }
    }

    /// Ends the copies that are being made, and refuses further ones.
    package func endBackups() {
        copying.end()
    }

    /// What was found to be damaged while the store was in use.
    package var damageFound: String? { damage.withLock { $0 } }

    package func close() {
        copying.end()
        readers.withLock { $0.removeAll() }
        writer.close(isSound: damageFound == nil)
    }

    /// Tells of damage that `body` comes upon.
    private func watched<Result>(_ body: () throws(JobStoreError) -> Result) throws(JobStoreError) -> Result {
        do throws(JobStoreError) {
            return try body()
        } catch {
            note(error)
            throw error
        }
    }

    private func note(_ error: JobStoreError) {
        guard let problem = error.damage else { return }
        let isNew = damage.withLock { (known: inout String?) -> Bool in
            if known != nil { return false }
            known = problem
            return true
        }
        if isNew { onDamage(problem) }
    }

    /// Lends a reading connection: as many are made as there are threads that read at once.
    private func read<Result>(
        _ body: (SQLiteConnection) throws(JobStoreError) -> Result
    ) throws(JobStoreError) -> Result {
        do {
            let connection = try reader()
            defer { readers.withLock { $0.append(connection) } }
            return try watched { () throws(JobStoreError) in try body(connection) }
        } catch {
            // It is the same disk: nothing more is acknowledged.
            if case .outcomeUnknown = error { throw failure.note(error) }
            throw error
        }
    }

    private func reader() throws(JobStoreError) -> SQLiteConnection {
        if let idle = readers.withLock({ $0.popLast() }) { return idle }
        return try SQLiteConnection(path: path, writable: false, salt: salt)
    }
}
