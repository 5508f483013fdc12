import JobStore
import Jobs

/// The columns of `attempt` that say what it used.
enum SQLiteCostColumns {
    private static let names = [
        "user_time", "system_time", "max_resident", "peak_memory", "minor_faults", "major_faults", "read_bytes",
        "written_bytes", "wall_time", "start_latency",
    ]

    static let list = names.joined(separator: ", ")

    static let assignments = names.map { "\($0) = ?" }.joined(separator: ", ")

    /// In the order of `list`.
    static func bind(_ cost: Cost?, to parameters: inout SQLiteParameters) {
        parameters.bind(cost?.userTime)
        parameters.bind(cost?.systemTime)
        parameters.bind(cost?.maxResident)
        parameters.bind(cost?.peakMemory)
        parameters.bind(cost?.minorFaults)
        parameters.bind(cost?.majorFaults)
        parameters.bind(cost?.readBytes)
        parameters.bind(cost?.writtenBytes)
        parameters.bind(cost?.wallTime)
        parameters.bind(cost?.startLatency)
    }

    /// Reads them from a row in which the first has this number.
    static func cost(_ row: borrowing SQLiteRow, from first: Int32) -> Cost? {
        guard let userTime = row.optionalInteger(first) else { return nil }
        return Cost(
            userTime: .nanoseconds(userTime), systemTime: .nanoseconds(row.integer(first + 1)),
            maxResident: row.optionalInteger(first + 2), peakMemory: row.optionalInteger(first + 3),
            minorFaults: row.optionalInteger(first + 4), majorFaults: row.optionalInteger(first + 5),
            readBytes: row.optionalInteger(first + 6), writtenBytes: row.optionalInteger(first + 7),
            wallTime: row.optionalInteger(first + 8).map { .nanoseconds($0) },
            startLatency: row.optionalInteger(first + 9).map { .nanoseconds($0) })
    }
}
