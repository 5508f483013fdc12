import JobClient
import Jobs

/// Queues for people.
enum QueueTable {
    /// `default: 2 of 4 workers busy, 12 waiting, 3 held; paused by ann`.
    static func heading(_ queue: JobClient.Queue) -> String {
        let waiting = queue.count(.ready)
        var parts = [
            "\(queue.count(.running)) of \(queue.workers) workers busy",
            waiting == 0 ? "none waiting" : "\(waiting) waiting",
        ]
        for state in [JobClient.State.scheduled, .blocked, .held] where queue.count(state) > 0 {
            parts.append("\(queue.count(state)) \(state.rawValue)")
        }
        return "\(PrintableText.escaped(queue.name)): " + parts.joined(separator: ", ") + pause(queue)
    }

    private static func pause(_ queue: JobClient.Queue) -> String {
        guard let pause = queue.pause else { return "" }
        return "; \(word(pause.mode)) by \(PrintableText.escaped(pause.by))"
    }

    private static func word(_ mode: JobClient.PauseMode) -> String {
        switch mode {
        case .drain: "paused"
        case .freeze: "frozen"
        }
    }

    /// A table; columns that say nothing of any queue are left out.
    static func lines(_ queues: [JobClient.Queue]) -> [String] {
        let isAnyPaused = queues.contains { $0.pause != nil }
        let shown = columns.filter { column in column.isAlways || queues.contains { column.text($0) != "" } }
        var table = TextTable(["QUEUE"] + (isAnyPaused ? ["PAUSED"] : []) + shown.map(\.heading))
        for queue in queues {
            table.append(
                [.init(PrintableText.escaped(queue.name))]
                    + (isAnyPaused ? [.init(queue.pause.map { word($0.mode) } ?? "", .yellow)] : [])
                    + shown.map { .init($0.text(queue)) })
        }
        return table.lines()
    }

    private struct Column {
        let heading: String
        let isAlways: Bool
        let text: @Sendable (JobClient.Queue) -> String
    }

    private static let columns: [Column] = [
        setting("WORKERS", "workers", isAlways: true) { "\($0.workers)" },
        setting("RATE", "rate") { $0.rate ?? "" },
        count(.running, isAlways: true), count(.ready, isAlways: true), count(.scheduled), count(.blocked),
        count(.held), count(.succeeded, isAlways: true), count(.failed, isAlways: true), count(.cancelled),
        setting("TIMEOUT", "timeout", isAlways: true) { $0.timeout.map(DurationText.text) ?? "none" },
        setting("KILL AFTER", "kill_after") { queue in
            queue.madeSettings.contains("kill_after") ? queue.killAfter.map(DurationText.text) ?? "" : ""
        },
        setting("RETRIES", "retries") { $0.retries == 0 ? "" : "\($0.retries)" },
        setting("BACKOFF", "backoff") { queue in
            queue.retries == 0 && !queue.madeSettings.contains("backoff")
                ? "" : queue.backoff.map(DurationText.text) ?? ""
        },
    ]

    private static func count(_ state: JobClient.State, isAlways: Bool = false) -> Column {
        Column(heading: state.rawValue.uppercased(), isAlways: isAlways) { queue in
            let count = queue.count(state)
            return count == 0 && !isAlways ? "" : "\(count)"
        }
    }

    /// One that can be made with `queue set`: then it has a star.
    private static func setting(
        _ heading: String, _ name: String, isAlways: Bool = false,
        _ text: @escaping @Sendable (JobClient.Queue) -> String
    ) -> Column {
        Column(heading: heading, isAlways: isAlways) { queue in
            let text = text(queue)
            return queue.madeSettings.contains(name) && !text.isEmpty ? "\(text)*" : text
        }
    }
}
