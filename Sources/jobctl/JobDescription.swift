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
            ("state", JobTable.state(job) + (job.reason.map { " (\(PrintableText.escaped($0)))" } ?? "")),
        ]
        if let code = job.exitCode { fields.append(("exit code", "\(code)")) }
        if let name = job.name { fields.append(("name", PrintableText.escaped(name))) }
        fields.append(("queue", PrintableText.escaped(job.queue)))
        fields.append(("priority", "\(job.priority)"))
        fields.append(("user", PrintableText.escaped(job.user)))
        fields += command
        fields += JobPolicyDescription(job).fields
        fields += JobStartDescription(job).fields
        fields += dependencies
        fields += times
        fields += attempts
        fields += JobHistoryText.lines(job).map { ("history", $0) }
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

    private var dependencies: [(key: String, value: String)] {
        guard let details = job.details, details.dependencyCount > 0 else { return [] }
        var values = Dependency.Condition.allCases.compactMap { condition -> String? in
            let jobs = details.dependencies.filter { $0.condition == condition }.map { "\($0.on)" }
            guard !jobs.isEmpty else { return nil }
            return "\(jobs.count == 1 ? "job" : "jobs") \(jobs.joined(separator: ", ")) \(Self.must(condition))"
        }
        let more = details.dependencyCount - details.dependencies.count
        if more > 0 { values.append("and \(more) more") }
        if !job.state.isFinal { values.append("\(job.openDependencies) of \(details.dependencyCount) have not ended") }
        return values.map { ("waits for", $0) }
    }

    private static func must(_ condition: Dependency.Condition) -> String {
        switch condition {
        case .succeeded: "to succeed"
        case .ended: "to end"
        case .failed: "to fail"
        }
    }

    private var times: [(key: String, value: String)] {
        var fields = [("submitted", past(job.submitted))]
        if let due = job.due { fields.append(("due", future(due))) }
        if let expiry = job.expiry { fields.append(("expires", future(expiry))) }
        if let started = job.started { fields.append(("started", past(started))) }
        if let ended = job.ended { fields.append(("ended", past(ended))) }
        return fields
    }

    private func past(_ time: Timestamp) -> String { "\(TimeText.instant(time)) (\(TimeText.age(now - time)))" }
    private func future(_ time: Timestamp) -> String { "\(TimeText.instant(time)) (\(TimeText.countdown(time - now)))" }

    private var attempts: [(key: String, value: String)] {
        let earlier = job.attemptCount - job.attempts.count
        return (earlier > 0 ? [("attempts", "\(earlier) earlier ones")] : [])
            + job.attempts.map { ("attempt \($0.number)", text(of: $0)) }
    }

    private func text(of attempt: AttemptView) -> String {
        let outcome =
            attempt.outcome.map { attempt.reason ?? (attempt.exitCode == 0 ? "exit code 0" : $0) } ?? "running"
        var parts = [
            PrintableText.escaped(outcome),
            TimeText.span(attempt.duration(until: now)) + " on \(PrintableText.escaped(attempt.node))",
        ]
        if let cost = attempt.cost { parts += CostText.parts(cost) }
        return parts.joined(separator: "; ")
    }
}
