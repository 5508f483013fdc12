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
        let showsTry = jobs.contains { $0.attemptCount > 1 }
        let showsUser = jobs.contains { $0.user != user }
        var table = TextTable(
            ["ID", "STATE", "QUEUE"] + (showsPriority ? ["PRIO"] : []) + (showsUser ? ["USER"] : [])
                + (showsTry ? ["TRY"] : []) + ["WHEN", "TIME", "CODE", "NAME/COMMAND"])
        for job in jobs {
            var row = [
                TextTable.Cell("\(job.id)"), TextTable.Cell(Self.state(job), job.state.colour),
                TextTable.Cell(PrintableText.escaped(job.queue)),
            ]
            if showsPriority { row.append(TextTable.Cell("\(job.priority)")) }
            if showsUser { row.append(TextTable.Cell(PrintableText.escaped(job.user))) }
            if showsTry { row.append(TextTable.Cell(job.attemptCount == 0 ? "" : "\(job.attemptCount)")) }
            row += [when(job), time(job), Self.code(job), Self.title(job)].map { TextTable.Cell($0) }
            table.append(row)
        }
        return table.lines(width: width, isColoured: isColoured)
    }

    /// A running job that is to end says so.
    static func state(_ job: JobView) -> String {
        if job.isStopping { return "stopping" }
        return job.isFrozen ? "paused" : job.state.rawValue
    }

    /// When it will be due, began, or ended; for one that waits for something else, since when it is there.
    private func when(_ job: JobView) -> String {
        switch job.state {
        case .scheduled: job.due.map { TimeText.countdown($0 - now) } ?? ""
        case .running: TimeText.age(now - (job.started ?? job.submitted))
        case .succeeded, .failed, .cancelled: TimeText.age(now - (job.ended ?? job.submitted))
        case .blocked, .ready, .held: TimeText.age(now - job.submitted)
        }
    }

    /// How long its last attempt ran.
    private func time(_ job: JobView) -> String {
        guard let attempt = job.attempts.last else { return "" }
        return TimeText.span(attempt.duration(until: now))
    }

    /// How it ended, in a word.
    static func code(_ job: JobView) -> String {
        guard job.state.isFinal else { return "" }
        if let code = job.exitCode { return "\(code)" }
        if let signal = job.signal { return signal }
        return switch job.failure {
        case OutcomeWords(.timedOut).kind: "timeout"
        case OutcomeWords(.couldNotStart(step: .execute, errno: 0)).kind: "not started"
        case let failure?: failure
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
        case .blocked, .scheduled, .ready: nil
        case .running: .cyan
        case .succeeded: .green
        case .failed: .red
        case .held, .cancelled: .yellow
        }
    }
}
