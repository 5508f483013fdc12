import JobStore

/// SQLite's log, looked at before SQLite does, which would pass over all that stands behind the first frame that does
/// not fit.
///
/// **What a power cut may leave.** Each commit is synced before the next transaction writes, so only the last one can
/// be incomplete: of its frames none, any or all may be there, whole or in parts. Behind it stand frames of earlier
/// fillings of the log, with other salts, or of a transaction that was given up, never with a commit. A header is
/// synced before the first frame that belongs to it, and written only when all of the log is in the main file and that
/// is synced: a broken header is one whose log is not needed any more.
///
/// **What is damage.** A frame that does not fit although it was synced: there is a whole frame that follows a commit
/// at or behind it, or two whole frames of one page that would be of one transaction, which writes each page once, or
/// the index of the log knows of it. A broken header of a log whose content is not in the main file.
///
/// **What cannot be told.** Where the index is gone as well: damage to the very last transaction, or one that leaves
/// nothing of the end of the transaction before it, and a log that was cut off between two transactions.
struct SQLiteLog {
    let path: String
    private(set) var isHeaderWhole = false
    /// How many frames fit, from the first on.
    private(set) var frames = 0
    /// The newest committed frame of each page, by the page's number.
    private(set) var committed: [UInt32: Int] = [:]
    /// How many pages the database has after the last commit; 0 where there is none.
    private(set) var databaseSize: UInt32 = 0
    /// What proves that the log lost something; see above.
    private(set) var damage: String?
    /// Of which filling of the log the frames are.
    private(set) var salts: ArraySlice<UInt8> = []

    /// The pages of frames that fit and follow the last commit.
    private var uncommitted: [UInt32: Int] = [:]

    init(_ file: SQLiteDiskFile) throws(JobStoreError) {
        path = file.path
        let count = max(file.size - SQLiteLogHeader.size, 0) / SQLiteLogFrame.size
        let header = SQLiteLogHeader(try file.bytes(SQLiteLogHeader.size, at: 0))
        isHeaderWhole = header != nil
        guard count > 0 else { return }
        let first = try Self.frame(1, of: file)
        salts = header?.salts ?? first.salts
        // Without a header nothing tells whether the first frame fits; those behind it are tied to its sums.
        var sums = header?.sums
        var next = 1
        while next <= count {
            let frame = try Self.frame(next, of: file)
            let fits = sums.map { frame.fits(after: $0) } ?? true
            guard frame.pageNumber != 0, frame.salts == salts, fits else { break }
            take(frame)
            sums = frame.sums
            next += 1
        }
        guard next < count, let sums else { return }
        try search(behind: try Self.frame(next, of: file), after: sums, until: count, of: file)
    }

    /// A frame by its number, which must be there.
    static func frame(_ number: Int, of file: SQLiteDiskFile) throws(JobStoreError) -> SQLiteLogFrame {
        let bytes = try file.bytes(SQLiteLogFrame.size, at: SQLiteLogFrame.offset(of: number))
        guard bytes.count == SQLiteLogFrame.size else { throw .refused("\(file.path) changes while it is read") }
        return SQLiteLogFrame(bytes, number: number)
    }

    private mutating func take(_ frame: SQLiteLogFrame) {
        frames = frame.number
        uncommitted[frame.pageNumber] = frame.number
        guard frame.isCommit else { return }
        committed.merge(uncommitted) { $1 }
        uncommitted = [:]
        databaseSize = frame.databaseSize
    }

    /// Looks behind the first frame that does not fit for what proves that it had been synced.
    private mutating func search(
        behind bad: SQLiteLogFrame, after sums: SQLiteLogSums, until count: Int, of file: SQLiteDiskFile
    ) throws(JobStoreError) {
        var previous = (frame: bad, sums: sums)
        // Since where frames follow one another; they are of one transaction unless there is a commit among them.
        var run: Set<UInt32> = []
        for number in (bad.number + 1)...count {
            let frame = try Self.frame(number, of: file)
            if frame.isLinked(to: previous.frame.sums, salts: salts) {
                run.insert(frame.pageNumber)
                let isLater = isEnd(previous.frame, after: previous.sums)
                if isLater || (frame.isCommit && uncommitted.keys.contains(where: run.contains)) {
                    damage = "frame \(bad.number) is not what was written, and whole ones of later transactions follow"
                    return
                }
            } else {
                run = []
            }
            previous = (frame, previous.frame.sums)
        }
    }

    /// Whether a transaction ended with a frame that another one is linked to.
    ///
    /// That other one proves its sums, not the rest of it.
    private func isEnd(_ frame: SQLiteLogFrame, after sums: SQLiteLogSums) -> Bool {
        if frame.fits(after: sums) { return frame.isCommit }
        guard frame.salts == salts, frame.isHeaderInOneSector else { return false }
        return frame.isCommit || frame.hasLostItsCommit(after: sums)
    }
}
