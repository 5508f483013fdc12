import CSQLite
import JobStore

/// Which of SQLite's codes say that a file is not what was written (sqlite.org/rescode.html).
enum SQLiteDamage {
    /// `SQLITE_IOERR_DATA`, a macro that does not come through to Swift: a page that does not fit its checksum.
    private static let wrongData = SQLITE_IOERR | (32 << 8)

    static func isTold(by code: Int32) -> Bool {
        code == wrongData || [SQLITE_CORRUPT, SQLITE_NOTADB].contains(code & 0xFF)
    }
}

extension JobStoreError {
    /// What is damaged, where that is why.
    var damage: String? {
        if case .damaged(let problem) = self { problem } else { nil }
    }
}
