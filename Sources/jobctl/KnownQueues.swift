import JobClient

/// Queues that somebody named.
enum KnownQueues {
    /// Refuses a queue that is not there: a slip of the keyboard must not look like a queue without jobs.
    static func check(_ queues: [String], _ client: JobClient) throws {
        guard !queues.isEmpty else { return }
        try check(queues, known: try client.queues().map(\.name))
    }

    static func check(_ queues: [String], known: [String]) throws {
        guard let unknown = queues.first(where: { !known.contains($0) }) else { return }
        throw JobClientError.noSuchQueue(unknown, known: known)
    }
}
