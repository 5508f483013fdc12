import CSQLite
import JobStore

/// What a look at the structure of a store's file has found.
package enum StoreCheck: Sendable, Hashable {
    /// It is as it should be.
    case sound
    /// It is not: SQLite's words.
    case unsound(String)
    /// The file is too large to be looked through in the time that was given.
    case unfinished
}

extension SQLiteConnection {
    /// Looks through the file for pages and rows that are not as they should be, but does not compare indexes with
    /// their tables (`PRAGMA quick_check`).
    ///
    /// - Parameter patience: how long it may take.
    func quickCheck(for patience: Duration) throws(JobStoreError) -> StoreCheck {
        var end = ContinuousClock.now + patience
        return try unsafe withUnsafeMutablePointer(to: &end) { end throws(JobStoreError) in
            unsafe sqlite3_progress_handler(
                handle, Self.stepsBetweenLooks,
                { end in
                    guard let end = unsafe end?.assumingMemoryBound(to: ContinuousClock.Instant.self) else { return 0 }
                    return unsafe ContinuousClock.now > end.pointee ? 1 : 0
                }, end)
            defer { unsafe sqlite3_progress_handler(handle, 0, nil, nil) }
            return try firstProblem()
        }
    }

    /// Of SQLite's machine, a few microseconds in all.
    private static let stepsBetweenLooks: Int32 = 1_000

    private func firstProblem() throws(JobStoreError) -> StoreCheck {
        let sql = "PRAGMA quick_check(1)"
        var prepared: OpaquePointer?
        var code = unsafe sqlite3_prepare_v2(handle, sql, -1, &prepared, nil)
        defer { unsafe sqlite3_finalize(prepared) }
        if code == SQLITE_OK { code = unsafe sqlite3_step(prepared) }
        guard code & 0xFF != SQLITE_INTERRUPT else { return .unfinished }
        guard code == SQLITE_ROW, let text = unsafe sqlite3_column_text(prepared, 0) else {
            throw error(code, doing: sql)
        }
        let answer = unsafe String(cString: text)
        return answer == "ok" ? .sound : .unsound(answer)
    }
}
