import Glibc
import JobStore

/// Looks at the files of a store before SQLite opens them, and refuses those that SQLite would take and should not.
struct SQLiteFileCheck {
    /// What the main file is.
    enum Finding: Equatable {
        /// A store whose pages bear this salt; `hasLog`: whether there is a log with room for a frame.
        case protected(salt: UInt64, hasLog: Bool)
        /// One without checksums: of an older jobd, or salvaged.
        case unprotected
        /// There is no file of it.
        case missing
    }

    /// The main file.
    let path: String

    /// The steps of the schema with which pages had no checksums.
    static let unprotectedSchemas = 1...3

    /// - Throws: `damaged`, `newerSchema`, or `refused` where the files cannot be read.
    func find() throws(JobStoreError) -> Finding {
        let main = try SQLiteDiskFile(path)
        let logFile = try SQLiteDiskFile(path + "-wal")
        guard let main else {
            guard logFile == nil else { throw .damaged("\(path) is missing, but its log \(path)-wal is there") }
            return .missing
        }
        guard main.size > 0 else { throw .damaged("\(path) is empty") }
        let hasFrames = (logFile?.size ?? 0) >= SQLiteLogFrame.offset(of: 2)
        // SQLite's index of the log, made from what the log holds now, will say that it is on disk.
        try logFile?.sync()
        let log: SQLiteLog? = if let logFile { try SQLiteLog(logFile) } else { nil }
        let first = try firstPage(main, log, logFile)
        guard first.isFirst else { throw .damaged("\(path) does not begin as an SQLite file does") }
        switch first.reservedBytes {
        case SQLitePage.reserved:
            let salt = first.salt
            try proveFirst(main, salt: salt, isInLog: log?.committedFirst != nil)
            try refuseNewer(first)
            if let log, let logFile { try prove(log, logFile, salt: salt, main) }
            try refuseJournal()
            return .protected(salt: salt, hasLog: hasFrames)
        case 0 where !first.isWholeButForItsReserve:
            try refuseNewer(first)
            return .unprotected
        default: throw .damaged("page 1 of \(path) is not what was written")
        }
    }

    /// The newest committed page 1: that of the log, where it has one.
    private func firstPage(
        _ main: SQLiteDiskFile, _ log: SQLiteLog?, _ logFile: SQLiteDiskFile?
    ) throws(JobStoreError) -> SQLitePage {
        if let number = log?.committedFirst, let logFile, let page = try SQLiteLog.frame(number, of: logFile).page {
            return page
        }
        guard let page = SQLitePage(try main.bytes(SQLitePage.size, at: 0)) else {
            throw .damaged("\(path) is cut off: it is shorter than a page")
        }
        return page
    }

    private func refuseNewer(_ first: SQLitePage) throws(JobStoreError) {
        let known = SQLiteSchema.steps.count
        guard first.schema <= known else { throw .newerSchema(found: first.schema, known: known) }
    }

    /// Where the log has no page 1, that of the main file counts; else a power cut may have left anything there.
    private func proveFirst(_ main: SQLiteDiskFile, salt: UInt64, isInLog: Bool) throws(JobStoreError) {
        let page = SQLitePage(try main.bytes(SQLitePage.size, at: 0))
        if isInLog {
            guard let page, page.isWhole(number: 1, salt: page.salt), page.salt != salt else { return }
            throw .damaged("\(path)-wal is the log of another database")
        }
        guard let page, page.isWhole(number: 1, salt: salt) else {
            throw .damaged("page 1 of \(path) is not what was written")
        }
    }

    private func prove(
        _ log: SQLiteLog, _ file: SQLiteDiskFile, salt: UInt64, _ main: SQLiteDiskFile
    ) throws(JobStoreError) {
        if log.isHeaderWhole {
            for number in stride(from: 1, through: log.frames, by: 1) {
                let found = try SQLiteLog.frame(number, of: file).page?.salt ?? 0
                guard found == 0 || found == salt else { throw .damaged("\(log.path) is the log of another database") }
            }
        } else if file.size >= SQLiteLogFrame.offset(of: 2) {
            try proveNotNeeded(log, file, main)
        }
        if let damage = log.damage { throw .damaged("\(log.path): \(damage)") }
        guard log.isHeaderWhole, let indexFile = try SQLiteDiskFile(path + "-shm"),
            let index = try SQLiteLogIndex(indexFile), index.salts == log.salts, index.frames > log.frames
        else { return }
        throw .damaged("\(log.path): only \(log.frames) of \(index.frames) committed frames are what was written")
    }

    /// A log whose header is broken is one that was begun anew when the power went: then all of it is in the main file.
    private func proveNotNeeded(
        _ log: SQLiteLog, _ file: SQLiteDiskFile, _ main: SQLiteDiskFile
    ) throws(JobStoreError) {
        var isNeeded = log.databaseSize == 0
        for (page, number) in log.committed where page <= log.databaseSize {
            let offset = Int(page - 1) * SQLitePage.size
            let stored = SQLitePage(try main.bytes(SQLitePage.size, at: offset))
            if stored?.content != (try SQLiteLog.frame(number, of: file).page?.content) { isNeeded = true }
        }
        if isNeeded { throw .damaged("the header of \(log.path) is not what was written") }
    }

    /// A store of ours never has one; SQLite would undo with it what it does not know to be another's.
    private func refuseJournal() throws(JobStoreError) {
        guard let journal = try SQLiteDiskFile(path + "-journal"), journal.size > 0 else { return }
        throw .damaged("\(path)-journal is not of this store")
    }
}

extension SQLiteLog {
    /// The frame with the newest committed page 1; `nil` where the log cannot be used.
    fileprivate var committedFirst: Int? { isHeaderWhole ? committed[1] : nil }
}
