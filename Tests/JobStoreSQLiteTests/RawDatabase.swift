import CSQLite
import CSQLiteChecksum
import Testing

/// A connection of the test's own, to look at the file without the code under test but for the checksums of its pages.
final class RawDatabase {
    private var handle: OpaquePointer?
    private let owns: Bool

    init(path: String) throws {
        owns = true
        let first = try StoreFolder.bytes(of: path)
        let hasChecksums = first.count >= 4_096 && first[20] == 16
        try #require(csqlitechecksum_register() == SQLITE_OK)
        let layer = hasChecksums ? CSQLITECHECKSUM_VFS : nil
        try #require(sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE, layer) == SQLITE_OK)
        if hasChecksums, let handle {
            try #require(csqlitechecksum_expect(handle, csqlitechecksum_salt(Array(first[..<4_096]))) == SQLITE_OK)
        }
    }

    /// Makes the file.
    init(creating path: String) throws {
        owns = true
        try #require(sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nil) == SQLITE_OK)
    }

    /// Uses a connection of somebody else.
    init(borrowing handle: OpaquePointer) {
        owns = false
        self.handle = handle
    }

    deinit { if owns { sqlite3_close(handle) } }

    func execute(_ sql: String) throws {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        try #require(code == SQLITE_OK, "\(sql): \(code)")
    }

    /// The rows of a query, each with its columns as text.
    func rows(_ sql: String) throws -> [[String]] {
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v2(handle, sql, -1, &statement, nil)
        try #require(code == SQLITE_OK, "\(sql): \(String(cString: sqlite3_errmsg(handle)))")
        defer { sqlite3_finalize(statement) }
        var rows: [[String]] = []
        while sqlite3_step(statement) == SQLITE_ROW {
            rows.append(
                (0..<sqlite3_column_count(statement)).map { column in
                    sqlite3_column_text(statement, column).map { String(cString: $0) } ?? "NULL"
                })
        }
        return rows
    }

    /// How SQLite would go about a statement, one line per step.
    func plan(of sql: String) throws -> [String] {
        try rows("EXPLAIN QUERY PLAN \(sql)").compactMap(\.last)
    }
}
