import JobProtocol
import Jobs

/// Jobs in a table, one line for each.
struct JobTable {
    private let jobs: [JobView]
    private let now: Timestamp
    private let user: String

    /// - Parameter user: who looks: other names than theirs are worth a column.
    init(_ jobs: [JobView], now: Timestamp, user: String) {
        self.jobs = jobs
        self.now = now
        self.user = user
    }

    func lines(width: Int? = nil, isColoured: Bool = false) -> [String] {
        let showsPriority = jobs.contains { $0.priority != 0 }
        let showsUser = jobs.contains { $0.user != user }
        var table = TextTable(
            ["ID", "STATE", "QUEUE"] + (showsPriority ? ["PRIO"] : []) + (showsUser ? ["USER"] : [])
                + ["WHEN", "TIME", "CODE", "NAME/COMMAND"])
        for job in jobs {
            var row = [
                TextTable.Cell("\(job.id)"), TextTable.Cell(job.state.rawValue, job.state.colour),
                TextTable.Cell(PrintableText.escaped(job.queue)),
            ]
            if showsPriority { row.append(TextTable.Cell("\(job.priority)")) }
            if showsUser { row.append(TextTable.Cell(PrintableText.escaped(job.user))) }
            row += [when(job), time(job), Self.code(job), Self.title(job)].map { TextTable.Cell($0) }
            table.append(row)
        }
        return table.lines(width: width, isColoured: isColoured)
    }

    /// When it will begin, began, or ended; for one that waits, since when it is there.
    private func when(_ job: JobView) -> String {
        if let due = job.due { return TimeText.countdown(due - now) }
        return TimeText.age(now - (job.ended ?? job.started ?? job.submitted))
    }

    /// How long its last attempt ran.
    private func time(_ job: JobView) -> String {
        guard let attempt = job.attempts.last else { return "" }
        return TimeText.span((attempt.ended ?? now) - attempt.claimed)
    }

    /// How it ended, in a word.
    static func code(_ job: JobView) -> String {
        guard job.state.isFinal else { return "" }
        if let code = job.exitCode { return "\(code)" }
        if let signal = job.signal { return signal }
        guard job.state == .failed else { return "" }
        return switch job.attempts.last?.outcome {
        case OutcomeWords(.timedOut).kind: "timeout"
        case OutcomeWords(.couldNotStart(step: .execute, errno: 0)).kind: "not started"
        case let outcome?: outcome
        case nil: ""
        }
    }

    static func title(_ job: JobView) -> String {
        job.name.map(PrintableText.escaped) ?? CommandText.text(of: job.command)
    }
}

extension JobState.Name {
    var colour: Colour? {
        switch self {
        case .scheduled, .ready: nil
        case .running: .cyan
        case .succeeded: .green
        case .failed: .red
        case .cancelled: .yellow
        }
    }
}
