import CSQLite
import JobStore

/// The writing connection and what it knows of its last commit.
///
/// Used by one thread at a time, the ledger's, as `JobStore` demands; hence unchecked.
@safe
final class SQLiteWriter: @unchecked Sendable {
    private let connection: SQLiteConnection
    private var lastID: Int64
    /// Why nothing may be written any more: see `write`.
    private var failure: String?
    /// Frames in the write-ahead log after the last commit; SQLite writes it from within the commit.
    private let frames: UnsafeMutablePointer<Int32>

    init(connection: SQLiteConnection, lastID: Int64) {
        self.connection = connection
        self.lastID = lastID
        unsafe frames = .allocate(capacity: 1)
        unsafe frames.initialize(to: 0)
        unsafe connection.countLogFrames(into: frames)
    }

    /// One transaction.
    ///
    /// A failure before the commit is undone and nothing was stored; one of the commit itself leaves its fate unknown,
    /// and every later write is refused.
    func write<Result>(
        _ body: (any JobTransaction) throws(JobStoreError) -> Result
    ) throws(JobStoreError) -> Result {
        if let failure { throw .outcomeUnknown(failure) }
        try connection.statement("BEGIN IMMEDIATE").run()
        let transaction = SQLiteJobTransaction(on: connection, lastID: lastID)
        let result: Result
        do {
            result = try body(transaction)
            try transaction.finish(lastIDBefore: lastID)
        } catch {
            // Where the rollback fails too, SQLite has rolled back by itself, or the next BEGIN tells.
            if connection.isInTransaction { try connection.statement("ROLLBACK").run() }
            throw error
        }
        do {
            try connection.statement("COMMIT").run()
        } catch {
            #if WEAKENED
                if Weakness.active == .noFailStop {
                    if connection.isInTransaction { try? connection.statement("ROLLBACK").run() }
                    throw .outcomeUnknown(error.description)
                }
            #endif
            failure = error.description
            throw .outcomeUnknown(error.description)
        }
        lastID = transaction.lastID
        #if WEAKENED
            try transaction.insertLateTokens()
        #endif
        return result
    }

    func checkpoint(ifFramesExceed bound: Int32) throws(JobStoreError) {
        guard failure == nil, unsafe frames.pointee > bound else { return }
        try connection.checkpoint()
        unsafe frames.pointee = 0
    }

    /// Closes the connection; as the last one it moves the log into the main file.
    func close() {
        connection.close()
    }

    deinit { unsafe frames.deallocate() }
}
