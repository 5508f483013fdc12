import JobClient
import Jobs

/// Queues for people.
enum QueueTable {
    /// `default: 2 of 4 workers busy, 12 waiting`.
    static func heading(_ queue: JobClient.Queue) -> String {
        let waiting = queue.count(.ready)
        let scheduled = queue.count(.scheduled)
        return "\(PrintableText.escaped(queue.name)): \(queue.count(.running)) of \(queue.workers) workers busy, "
            + (waiting == 0 ? "none waiting" : "\(waiting) waiting")
            + (scheduled == 0 ? "" : ", \(scheduled) scheduled")
    }

    static func lines(_ queues: [JobClient.Queue]) -> [String] {
        var table = TextTable(
            ["QUEUE", "WORKERS", "RUNNING", "READY", "SCHEDULED", "SUCCEEDED", "FAILED", "CANCELLED", "TIMEOUT"])
        for queue in queues {
            let counts: [JobClient.State] = [.running, .ready, .scheduled, .succeeded, .failed, .cancelled]
            table.append(
                [.init(PrintableText.escaped(queue.name)), .init("\(queue.workers)")]
                    + counts.map { .init("\(queue.count($0))") }
                    + [.init(queue.timeout.map(DurationText.text) ?? "none")])
        }
        return table.lines()
    }
}
