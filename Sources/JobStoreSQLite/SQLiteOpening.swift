import CSQLite
import CSQLiteChecksum
import JobStore

/// Opens the files of a store: made where there are none, proven where there are.
struct SQLiteOpening {
    let path: String

    /// The writing connection, and the salt for further ones.
    func open() throws(JobStoreError) -> (connection: SQLiteConnection, salt: UInt64) {
        let check = SQLiteFileCheck(path: path)
        var finding = try check.find()
        if finding == .missing {
            try makeNew()
            finding = try check.find()
        }
        if finding == .unprotected {
            try protect()
            finding = try check.find()
        }
        guard case .protected(let salt, let hasLog) = finding else { throw .damaged("\(path) went away") }
        let connection = try SQLiteConnection(path: path, writable: true, salt: salt)
        try connection.keepDurable()
        #if WEAKENED
            if Weakness.active == .synchronousNormal { try connection.execute("PRAGMA synchronous = NORMAL") }
            if Weakness.active == .synchronousOff { try connection.execute("PRAGMA synchronous = OFF") }
        #endif
        try SQLiteSchema.migrate(connection)
        try SQLiteUsage(connection: connection).begin(hasLog: hasLog)
        try proveSize(connection)
        return (connection, salt)
    }

    private func makeNew() throws(JobStoreError) {
        try SQLiteFileMaker(path, ending: "-new").make { temporary throws(JobStoreError) in
            let connection = try SQLiteConnection(path: temporary, writable: true)
            try connection.reserveForChecksums()
            try SQLiteSchema.migrate(connection)
            try Self.finish(connection)
        }
    }

    /// Brings a file without checksums over: all of it is written anew.
    private func protect() throws(JobStoreError) {
        try SQLiteFileMaker(path, ending: "-new").make { temporary throws(JobStoreError) in
            let old = try SQLiteConnection(path: path, writable: true)
            let schema = Int(try old.statement("PRAGMA user_version").first { $0.integer(0) } ?? 0)
            let isOld = SQLiteFileCheck.unprotectedSchemas.contains(schema)
            // One that was salvaged says that it is a copy.
            let mayBe = isOld || schema == 0 ? isOld : try SQLiteUsage(connection: old).isCopy
            guard mayBe else { throw .damaged("\(path) has no checksums, and is of no jobd that wrote none") }
            try old.checkpoint(.truncate)
            try old.reserveForChecksums()
            try old.copy(to: temporary)
            old.keepLogWhenClosed(false)
            old.close()
            // Else a power cut could bring the old log back beside the new file.
            try SQLiteDiskFile.syncFolder(of: path)
            let new = try SQLiteConnection(path: temporary, writable: true, salt: try Self.salt(of: temporary))
            try Self.finish(new)
        }
    }

    /// Leaves a new file ready for a log, so that it never needs a journal beside it.
    static func finish(_ connection: SQLiteConnection) throws(JobStoreError) {
        try connection.execute("PRAGMA journal_mode = WAL")
        connection.keepLogWhenClosed(false)
        connection.close()
    }

    /// The salt of a file that was just made, and closed.
    static func salt(of path: String) throws(JobStoreError) -> UInt64 {
        guard let file = try SQLiteDiskFile(path), let page = SQLitePage(try file.bytes(SQLitePage.size, at: 0)) else {
            throw .refused("\(path) was not written")
        }
        return page.salt
    }

    /// When all is in the main file, that must be as long as it says.
    private func proveSize(_ connection: SQLiteConnection) throws(JobStoreError) {
        let pages = Int(try connection.statement("PRAGMA page_count").first { $0.integer(0) } ?? 0)
        let size = try connection.mainFileSize()
        guard size >= pages * SQLitePage.size else {
            throw .damaged("\(path) is cut off: it has \(size) bytes instead of \(pages * SQLitePage.size)")
        }
    }
}
