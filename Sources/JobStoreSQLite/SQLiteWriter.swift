import CSQLite
import JobStore

/// The writing connection and what it knows of its last commit.
///
/// Used by one thread at a time, the ledger's, as `JobStore` demands; hence unchecked.
@safe
final class SQLiteWriter: @unchecked Sendable {
    private let connection: SQLiteConnection
    private var lastID: Int64
    private let failure: StoreFailure
    /// A checkpoint found no room when the log had so many frames.
    private var framesWithoutRoom: Int32 = 0
    /// Frames in the write-ahead log after the last commit; SQLite writes it from within the commit.
    private let frames: UnsafeMutablePointer<Int32>

    /// The log may grow to this many times 4,000 pages before its index must grow.
    private static let partsOfIndex: Int32 = 8

    /// Whether the log may hold frames of a transaction that was not committed, behind those that were: what is written
    /// next would leave some of them, and after a power cut they would look like damage.
    private var hasStaleFrames = false

    /// Frames that a log must get after a checkpoint that found no room before the next is tried.
    private static let framesBetweenTries: Int32 = 256

    init(connection: SQLiteConnection, lastID: Int64, failure: StoreFailure) throws(JobStoreError) {
        try connection.makeRoomForIndex(parts: Self.partsOfIndex)
        self.connection = connection
        self.lastID = lastID
        self.failure = failure
        unsafe frames = .allocate(capacity: 1)
        unsafe frames.initialize(to: 0)
        unsafe connection.countLogFrames(into: frames)
    }

    /// One transaction.
    ///
    /// A failure before the commit is undone and nothing was stored; one of the commit itself leaves its fate unknown,
    /// but for want of room. After an error of the system every later write is refused: after one failed sync SQLite
    /// would go on to acknowledge what is not on disk.
    func write<Result>(
        _ body: (any JobTransaction) throws(JobStoreError) -> Result
    ) throws(JobStoreError) -> Result {
        try failure.check()
        if hasStaleFrames { try beginLogAnew() }
        let changesBefore = connection.changeCount
        let transaction = SQLiteJobTransaction(on: connection, lastID: lastID)
        let result: Result
        do throws(JobStoreError) {
            try connection.statement("BEGIN IMMEDIATE").run()
            result = try body(transaction)
            try transaction.finish(lastIDBefore: lastID)
            if hasStaleFrames, connection.changeCount != changesBefore {
                throw .full("there is no room to empty the log first")
            }
        } catch {
            throw undo(after: error)
        }
        do {
            try connection.statement("COMMIT").run()
        } catch {
            #if WEAKENED
                if Weakness.active == .noFailStop {
                    if connection.isInTransaction { _ = try? connection.statement("ROLLBACK").run() }
                    throw .outcomeUnknown(error.description)
                }
            #endif
            // Full means that a write into the log failed, and the last of them is what makes a commit (wal.c,
            // sqlite3WalFrames): without it no recovery takes the others for one, and the next commit overwrites them.
            if case .full = error {
                hasStaleFrames = true
                throw undo(after: error)
            }
            throw failure.note(error)
        }
        // A reader's error may have come meanwhile, and nothing is acknowledged after it.
        try failure.check()
        lastID = transaction.lastID
        #if WEAKENED
            try transaction.insertLateTokens()
        #endif
        return result
    }

    /// Leaves the transaction; returns what is to be said of it.
    private func undo(after error: JobStoreError) -> JobStoreError {
        do {
            // SQLite may have rolled back by itself.
            if connection.isInTransaction { try connection.statement("ROLLBACK").run() }
            if case .full = error { try giveBackRoom() }
        } catch {
            return failure.note(error)
        }
        if case .outcomeUnknown = error { return failure.note(error) }
        return error
    }

    /// Where there is no room for it, or a reader is in the way, it stays as it is, and nothing can be written.
    private func beginLogAnew() throws(JobStoreError) {
        do {
            try connection.checkpoint(.restart)
            hasStaleFrames = false
        } catch {
            if case .outcomeUnknown = error { throw failure.note(error) }
        }
    }

    /// Gives back what a transaction that was too large, or many before it, have taken of the disk for the log.
    private func giveBackRoom() throws(JobStoreError) {
        do {
            try connection.checkpoint(shrinks: true)
        } catch {
            guard case .full = error else { throw error }
        }
    }

    /// Moves the log into the main file where it is long.
    ///
    /// Where there is no room for that it stays as it is and is tried again later. It cannot grow much meanwhile: with
    /// so little room nothing new is stored.
    func checkpoint(ifFramesExceed bound: Int32) throws(JobStoreError) {
        guard !failure.isKnown, unsafe frames.pointee > max(bound, framesWithoutRoom) else { return }
        do {
            try connection.checkpoint()
        } catch {
            guard case .full = error else { throw failure.note(error) }
            unsafe framesWithoutRoom = frames.pointee + Self.framesBetweenTries
            return
        }
        framesWithoutRoom = 0
        unsafe frames.pointee = 0
    }

    /// Forgets the pages that can be read again.
    func dropCache() { connection.dropCache() }

    /// Closes the connection, which is the last one; if all went well, all is then in the main file.
    func close(isSound: Bool) {
        // Else the log may be all that is left: it stays, and the next start proves it.
        if isSound, !failure.isKnown { _ = try? SQLiteUsage(connection: connection).end() }
        connection.close()
    }

    deinit { unsafe frames.deallocate() }
}
