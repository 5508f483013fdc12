import CSQLite
import CSQLiteChecksum
import JobStore

/// What concerns the files under a connection.
extension SQLiteConnection {
    /// How far a checkpoint goes that must move all of the log into the main file.
    enum FullCheckpoint {
        /// The next transaction begins the log anew; its file keeps its size.
        case restart
        /// The log is emptied.
        case truncate
    }

    /// Makes a commit return when it is on disk.
    func keepDurable() throws(JobStoreError) {
        for setting in ["journal_mode = WAL", "synchronous = FULL", "wal_autocheckpoint = 0", "temp_store = MEMORY"] {
            try execute("PRAGMA \(setting)")
        }
        // Pages go to the log when they are committed and not before: what stands there behind a commit is of one
        // transaction. See SQLiteLog.
        try execute("PRAGMA cache_spill = OFF")
    }

    /// Moves all that is in the log into the main file, or fails.
    func checkpoint(_ extent: FullCheckpoint) throws(JobStoreError) {
        let mode =
            switch extent {
            case .restart: SQLITE_CHECKPOINT_RESTART
            case .truncate: SQLITE_CHECKPOINT_TRUNCATE
            }
        let code = unsafe sqlite3_wal_checkpoint_v2(handle, nil, mode, nil, nil)
        guard code == SQLITE_OK else { throw error(code, doing: "checkpoint") }
    }

    /// Leaves room for checksums in each page that is written to a new file from now on.
    func reserveForChecksums() throws(JobStoreError) {
        var count = Int32(CSQLITECHECKSUM_RESERVED)
        let code = unsafe sqlite3_file_control(handle, "main", SQLITE_FCNTL_RESERVE_BYTES, &count)
        guard code == SQLITE_OK else { throw error(code, doing: "reserve bytes of each page") }
    }

    /// Writes all that is stored now into an empty file, in order and without gaps; others may write meanwhile.
    func copy(to path: String) throws(JobStoreError) {
        let quoted = path.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
        try execute("VACUUM INTO '\(quoted)'")
    }

    /// In bytes.
    func mainFileSize() throws(JobStoreError) -> Int {
        var file: UnsafeMutablePointer<sqlite3_file>?
        var size: sqlite3_int64 = 0
        var code = unsafe sqlite3_file_control(handle, "main", SQLITE_FCNTL_FILE_POINTER, &file)
        if code == SQLITE_OK, let file = unsafe file {
            code = unsafe file.pointee.pMethods.pointee.xFileSize(file, &size)
        }
        guard code == SQLITE_OK else { throw error(code, doing: "look at the size of the file") }
        return Int(size)
    }

    /// Whether SQLite leaves the log as it is when the last connection closes, or moves it into the main file.
    ///
    /// It would do the latter also after an error, when the log may be all that is left.
    func keepLogWhenClosed(_ isKept: Bool) {
        if let handle = unsafe handle { unsafe csqlitechecksum_keep_log(handle, isKept ? 1 : 0) }
    }

    /// Ends what another thread runs on this connection.
    func interrupt() {
        unsafe sqlite3_interrupt(handle)
    }
}
