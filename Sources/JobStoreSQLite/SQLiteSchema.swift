import JobStore

/// The tables, as numbered steps: `user_version` counts the steps that a file has taken.
///
/// A step is never changed once it was released; what must change gets a step of its own.
enum SQLiteSchema {
    static let steps = [jobs, semantics, surroundings, protection, lists]

    /// Brings a file to the newest schema, or refuses one that is newer than this program.
    static func migrate(_ connection: SQLiteConnection) throws(JobStoreError) {
        let found = Int(try connection.statement("PRAGMA user_version").rows { $0.integer(0) }.first ?? 0)
        guard found <= steps.count else { throw .newerSchema(found: found, known: steps.count) }
        for number in found..<steps.count {
            try connection.execute("BEGIN IMMEDIATE;\(steps[number]);PRAGMA user_version = \(number + 1);COMMIT")
        }
    }
}
