import CSQLite
import CSQLiteChecksum
import JobStore

/// One connection to the database.
///
/// Used by one thread at a time: the store hands it from one to the next under a lock, hence unchecked.
@safe
final class SQLiteConnection: @unchecked Sendable {
    let path: String
    private(set) var handle: OpaquePointer?
    private var statements: [SQLText: SQLiteStatement] = [:]
    /// By `SQLiteFrequentStatement`.
    private var frequentStatements = [SQLiteStatement?](repeating: nil, count: SQLiteFrequentStatement.allCases.count)

    /// How long another process may keep the store locked, in milliseconds.
    private static let patience: Int32 = 5_000

    /// Nobody asks how much memory SQLite has, and counting it costs a lock at each allocation, of which there are many.
    ///
    /// Too late where something else in this process has used SQLite before: then it counts.
    private static let countsNoMemory = jobd_sqlite3_count_no_memory() == SQLITE_OK

    /// Opens a file that is there.
    ///
    /// - Parameter salt: that of its pages, which are then proven; `nil` where it has none: an empty file gets one.
    init(path: String, writable: Bool, salt: UInt64? = nil) throws(JobStoreError) {
        _ = Self.countsNoMemory
        self.path = path
        let access = writable ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY
        var code = csqlitechecksum_register()
        if code == SQLITE_OK {
            // NOMUTEX: a connection never sees two threads at once, so its own lock would only cost.
            code = unsafe sqlite3_open_v2(
                path, &handle, access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, CSQLITECHECKSUM_VFS)
        }
        if code == SQLITE_OK, let salt, let handle = unsafe handle {
            code = unsafe csqlitechecksum_expect(handle, salt)
        }
        guard code == SQLITE_OK else {
            // Also a failed open leaves a handle: deinit closes it.
            throw error(code, doing: "open \(path)")
        }
        unsafe sqlite3_busy_timeout(handle, Self.patience)
        keepLogWhenClosed(true)
    }

    deinit { close() }

    func close() {
        statements.removeAll()
        frequentStatements.removeAll()
        unsafe sqlite3_close_v2(handle)
        unsafe handle = nil
    }

    /// Runs statements that give no rows and are not worth keeping.
    func execute(_ sql: String) throws(JobStoreError) {
        let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw error(code, doing: sql) }
    }

    /// The prepared statement for a text; prepared once, kept as long as the connection.
    func statement(_ sql: String) throws(JobStoreError) -> SQLiteStatement {
        let text = SQLText(sql: sql)
        if let known = statements[text] { return known }
        let statement = try prepare(sql)
        statements[text] = statement
        return statement
    }

    /// The same for one that runs often.
    func statement(_ which: SQLiteFrequentStatement) throws(JobStoreError) -> SQLiteStatement {
        if let known = frequentStatements[which.rawValue] { return known }
        let statement = try prepare(which.sql)
        frequentStatements[which.rawValue] = statement
        return statement
    }

    private func prepare(_ sql: String) throws(JobStoreError) -> SQLiteStatement {
        var prepared: OpaquePointer?
        let code = unsafe sqlite3_prepare_v3(
            handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard code == SQLITE_OK, let prepared = unsafe prepared else { throw error(code, doing: sql) }
        return unsafe SQLiteStatement(prepared, of: self)
    }

    /// Moves what is in the write-ahead log into the main file, as far as no reader is in the way.
    ///
    /// - Parameter shrinks: whether the log's room is given back, if all of it could be moved.
    func checkpoint(shrinks: Bool = false) throws(JobStoreError) {
        // No reader is waited for either way.
        if shrinks { unsafe sqlite3_busy_timeout(handle, 0) }
        let mode = shrinks ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE
        let code = unsafe sqlite3_wal_checkpoint_v2(handle, nil, mode, nil, nil)
        if shrinks { unsafe sqlite3_busy_timeout(handle, Self.patience) }
        guard code == SQLITE_OK || code == SQLITE_BUSY else { throw error(code, doing: "checkpoint") }
    }

    /// Forgets the pages that can be read again.
    func dropCache() { _ = unsafe sqlite3_db_release_memory(handle) }

    /// Counts the frames in the write-ahead log after each commit into `frames`, which must outlive the connection.
    func countLogFrames(into frames: UnsafeMutablePointer<Int32>) {
        _ = unsafe sqlite3_wal_hook(
            handle,
            { frames, _, _, count in
                unsafe frames?.assumingMemoryBound(to: Int32.self).pointee = count
                return SQLITE_OK
            }, frames)
    }

    /// How many rows were inserted, updated and deleted since it was opened.
    var changeCount: Int32 { unsafe sqlite3_total_changes(handle) }

    /// Whether a transaction is open.
    var isInTransaction: Bool { unsafe sqlite3_get_autocommit(handle) == 0 }

    /// SQLite's sentence for a failure.
    ///
    /// One of the system's names the call, the file and the error. What it means for a transaction, the store decides.
    ///
    /// - Parameter number: the system's error number where SQLite has not kept it.
    func error(_ code: Int32, _ number: Int32? = nil, doing what: String) -> JobStoreError {
        let message = unsafe handle.map { unsafe String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
        let sentence = "\(message) (SQLite \(code)) in: \(what)"
        if SQLiteDamage.isTold(by: code), !couldNotRead(code) { return .damaged(sentence) }
        var failed = lastSystemError(for: code)
        failed.number = number ?? failed.number
        switch SQLiteFault(code: code, systemError: failed.number) {
        case .full: return .full(sentence)
        case .refused: return .refused(sentence)
        case .inputOutput:
            let call = SQLiteFault.call(of: code).name
            return .outcomeUnknown("\(call) \(failed.path): \(SQLiteFault.word(for: failed.number)): \(sentence)")
        }
    }
}

/// The text of a statement as the key of a table.
///
/// Texts are long, few, and mostly constants: their length tells them apart well, and a constant is equal to itself at
/// a glance.
private struct SQLText: Hashable {
    let sql: String

    func hash(into hasher: inout Hasher) { hasher.combine(sql.utf8.count) }
}
