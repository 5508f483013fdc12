import JobProtocol
import Jobs
import Varlink

/// Everything of a job as `key: value` lines.
struct JobDescription {
    private let job: JobView
    private let now: Timestamp

    init(_ job: JobView, now: Timestamp) {
        self.job = job
        self.now = now
    }

    var lines: [String] { KeyValueText.lines(fields) }

    private var fields: [(key: String, value: String)] {
        var fields: [(key: String, value: String)] = [
            ("job", "\(job.id)"),
            ("state", job.state.rawValue + (job.reason.map { " (\(PrintableText.escaped($0)))" } ?? "")),
        ]
        if let code = job.exitCode { fields.append(("exit code", "\(code)")) }
        if let name = job.name { fields.append(("name", PrintableText.escaped(name))) }
        fields.append(("queue", PrintableText.escaped(job.queue)))
        fields.append(("priority", "\(job.priority)"))
        fields.append(("user", PrintableText.escaped(job.user)))
        fields += command
        fields += limits
        fields += times
        fields += job.attempts.map { ("attempt \($0.number)", text(of: $0)) }
        return fields
    }

    private var command: [(key: String, value: String)] {
        var fields: [(key: String, value: String)] = []
        if let text = CommandText.shellText(of: job.command) {
            fields.append(("shell", PrintableText.escaped(text)))
        } else {
            fields.append(("command", CommandText.exact(job.command)))
        }
        let directory = job.json["directory"]?.stringValue.map(PrintableText.escaped)
        fields.append(("directory", directory ?? "the user's home directory"))
        for variable in job.json["environment"]?.objectValue?.members ?? [] {
            let value = CommandText.quoted(variable.value.stringValue ?? "")
            fields.append(("environment", "\(PrintableText.escaped(variable.name))=\(value)"))
        }
        return fields
    }

    private var limits: [(key: String, value: String)] {
        [("delay", "delayMilliseconds"), ("timeout", "timeoutMilliseconds"), ("kill after", "killAfterMilliseconds")]
            .compactMap { key, field in
                job.json[field]?.integerValue.map { (key, DurationText.text(.milliseconds($0))) }
            }
    }

    private var times: [(key: String, value: String)] {
        var fields = [("submitted", past(job.submitted))]
        if let due = job.due { fields.append(("due", "\(TimeText.instant(due)) (\(TimeText.countdown(due - now)))")) }
        if let started = job.started { fields.append(("started", past(started))) }
        if let ended = job.ended { fields.append(("ended", past(ended))) }
        return fields
    }

    private func past(_ time: Timestamp) -> String { "\(TimeText.instant(time)) (\(TimeText.age(now - time)))" }

    private func text(of attempt: AttemptView) -> String {
        let outcome =
            attempt.outcome.map { attempt.reason ?? (attempt.exitCode == 0 ? "exit code 0" : $0) } ?? "running"
        var parts = [
            PrintableText.escaped(outcome),
            TimeText.span((attempt.ended ?? now) - attempt.claimed) + " on \(PrintableText.escaped(attempt.node))",
        ]
        if let cost = attempt.cost {
            parts.append("\(TimeText.span(cost.userTime)) user, \(TimeText.span(cost.systemTime)) system")
            if let resident = cost.maxResident { parts.append("\(Self.size(resident)) resident at most") }
        }
        return parts.joined(separator: "; ")
    }

    /// Bytes for people: `3.4 MiB`.
    static func size(_ bytes: Int64) -> String {
        var value = Double(bytes)
        for unit in ["B", "KiB", "MiB", "GiB"] {
            if value < 1024 { return unit == "B" ? "\(bytes) B" : "\((value * 10).rounded() / 10) \(unit)" }
            value /= 1024
        }
        return "\((value * 10).rounded() / 10) TiB"
    }
}
