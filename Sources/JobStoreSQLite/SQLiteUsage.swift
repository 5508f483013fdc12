import JobStore

/// What a store says of its own use: whether it was closed, whether it is a copy.
struct SQLiteUsage {
    let connection: SQLiteConnection

    /// How many numbers a store that was a copy leaves out: what the original gave after the backup, it does not give
    /// to other jobs.
    private static let numbersLeftOut = 10_000_000

    /// Notes that the log now belongs to the file, and that all before is in the file.
    ///
    /// - Parameter hasLog: whether there was a log with room for a frame before SQLite opened the file.
    /// - Throws: `damaged` where there must have been one.
    func begin(hasLog: Bool) throws(JobStoreError) {
        if try number("in_use") == 0 {
            try connection.execute(Self.set("in_use", 1))
        } else if !hasLog {
            throw .damaged("its log is missing or empty, and the newest jobs were in there")
        }
        if try number("is_copy") == 1 { try connection.execute(Self.becomeOriginal) }
        // Only now: a main file that does not know that it needs its log must not be older than anything acknowledged.
        // And no frame is left to be taken for one of the next transactions.
        try connection.checkpoint(.restart)
    }

    /// Notes that the file is whole without a log, and moves all of it there.
    func end() throws(JobStoreError) {
        try connection.execute(Self.set("in_use", 0))
        try connection.checkpoint(.truncate)
        connection.keepLogWhenClosed(false)
    }

    /// Makes a copy that was just made of a store one that knows that it is.
    static func markCopy(_ copy: SQLiteConnection) throws(JobStoreError) {
        try copy.execute(set("in_use", 0) + set("is_copy", 1))
    }

    /// Whether the store is a copy that was never used.
    var isCopy: Bool { get throws(JobStoreError) { try number("is_copy") == 1 } }

    /// A copy runs beside its original, perhaps: processes are found and ended by the identity of their store.
    private static let becomeOriginal = """
        BEGIN;
        UPDATE setting SET value = lower(hex(randomblob(16))) WHERE name = 'identity';
        UPDATE setting SET value = (value / \(numbersLeftOut) + 2) * \(numbersLeftOut) WHERE name = 'last_id';
        \(set("is_copy", 0))
        COMMIT
        """

    private static func set(_ name: String, _ value: Int) -> String {
        "UPDATE setting SET value = \(value) WHERE name = '\(name)';"
    }

    private func number(_ name: String) throws(JobStoreError) -> Int64 {
        let statement = try connection.statement("SELECT value FROM setting WHERE name = ?")
        return try statement.first({ $0.bind(name) }, read: { $0.integer(0) }) ?? 0
    }
}
