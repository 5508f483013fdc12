package import Jobs
package import Varlink

/// A job as clients see it: the object `Job` of the interface.
///
/// It keeps the object it was read from, so that a client shows and passes on what the daemon said, newer fields
/// included.
package struct JobView: Sendable, Equatable {
    package let json: JSONObject
    package let id: JobID
    package let state: JobState.Name
    package let reason: String?
    package let exitCode: Int?
    package let signal: String?
    package let queue: String
    package let name: String?
    package let command: [String]
    package let user: String
    package let priority: Int
    package let submitted: Timestamp
    package let due: Timestamp?
    package let started: Timestamp?
    package let ended: Timestamp?
    package let attempts: [AttemptView]

    /// What the daemon knows of a job.
    ///
    /// - Parameter user: the name of its submitter.
    package init(_ job: Job, attempts: [Attempt], user: String) {
        json = Self.object(job, attempts: attempts, user: user)
        let outcome = Self.words(of: job, attempts: attempts)
        id = job.id
        state = job.state.name
        reason = job.state.name == .succeeded ? nil : outcome?.reason
        exitCode = outcome?.exitCode
        signal = outcome?.signal
        queue = job.spec.queue.text
        name = job.spec.name
        command = job.spec.command.arguments
        self.user = user
        priority = job.spec.priority
        submitted = job.submitted
        due = if case .scheduled(let until) = job.state { until } else { nil }
        started = attempts.last?.claimed
        ended = job.ended
        self.attempts = attempts.map(AttemptView.init)
    }

    /// What a client reads.
    package init(_ field: Parameter) throws(ParameterError) {
        json = field.value.objectValue ?? [:]
        let fields = try field.object { fields throws(ParameterError) in try JobViewFields(&fields) }
        id = fields.id
        state = fields.state
        reason = fields.reason
        exitCode = fields.exitCode
        signal = fields.signal
        queue = fields.queue
        name = fields.name
        command = fields.command
        user = fields.user
        priority = fields.priority
        submitted = fields.submitted
        due = fields.due
        started = fields.started
        ended = fields.ended
        attempts = fields.attempts
    }

    private static func words(of job: Job, attempts: [Attempt]) -> OutcomeWords? {
        if case .failed(let outcome) = job.state { return OutcomeWords(outcome) }
        guard job.state == .succeeded, let outcome = attempts.last?.end?.outcome else { return nil }
        return OutcomeWords(outcome)
    }

    private static func object(_ job: Job, attempts: [Attempt], user: String) -> JSONObject {
        let spec = job.spec
        let outcome = words(of: job, attempts: attempts)
        var object: JSONObject = ["id": .integer(job.id.rawValue), "state": .string(job.state.name.rawValue)]
        object.append("reason", outcome?.reason.map { .string($0) })
        object.append("exitCode", outcome?.exitCode.map { JSONValue($0) })
        object.append("signal", outcome?.signal.map { .string($0) })
        object.append("queue", .string(spec.queue.text))
        object.append("name", spec.name.map { .string($0) })
        object.append("kind", "command")
        object.append("command", .array(spec.command.arguments.map { .string($0) }))
        object.append("directory", spec.command.directory.map { .string($0) })
        if !spec.command.environment.isEmpty {
            object.append("environment", .object(JSONObject(spec.command.environment)))
        }
        object.append("priority", JSONValue(spec.priority))
        object.append("user", .string(user))
        object.append("uid", JSONValue(Int(job.submitter.user)))
        object.append("gid", JSONValue(Int(job.submitter.group)))
        object.append("delayMilliseconds", spec.delay.map { JSONValue($0.wholeMilliseconds) })
        object.append("timeoutMilliseconds", spec.timeout.map { JSONValue($0.wholeMilliseconds) })
        object.append("killAfterMilliseconds", spec.killAfter.map { JSONValue($0.wholeMilliseconds) })
        object.append("submitted", .string(job.submitted.description))
        if case .scheduled(let until) = job.state { object.append("due", .string(until.description)) }
        object.append("started", attempts.last.map { .string($0.claimed.description) })
        object.append("ended", job.ended.map { .string($0.description) })
        object.append("attempts", .array(attempts.map { .object(AttemptView($0).json) }))
        return object
    }
}

/// The fields of a job, read one by one.
private struct JobViewFields {
    let id: JobID
    let state: JobState.Name
    let reason: String?
    let exitCode: Int?
    let signal: String?
    let queue: String
    let name: String?
    let command: [String]
    let user: String
    let priority: Int
    let submitted: Timestamp
    let due: Timestamp?
    let started: Timestamp?
    let ended: Timestamp?
    let attempts: [AttemptView]

    init(_ fields: inout ParameterReader) throws(ParameterError) {
        id = try IDsCoding.id(try fields.required("id"))
        state = try fields.required("state").choice(of: JobState.Name.self)
        reason = try fields.optional("reason")?.string()
        exitCode = try fields.optional("exitCode")?.integer()
        signal = try fields.optional("signal")?.string()
        queue = try fields.required("queue").string()
        name = try fields.optional("name")?.string()
        command = try fields.required("command").strings()
        user = try fields.required("user").string()
        priority = try fields.optional("priority")?.integer() ?? 0
        submitted = try Timestamp(try fields.required("submitted"))
        due = try Timestamp(fields.optional("due"))
        started = try Timestamp(fields.optional("started"))
        ended = try Timestamp(fields.optional("ended"))
        attempts = try fields.required("attempts").array { attempt throws(ParameterError) in try AttemptView(attempt) }
    }
}

extension Timestamp {
    /// Reads a time of the protocol.
    init(_ field: Parameter) throws(ParameterError) {
        guard let time = Timestamp(try field.string()) else { throw field.error("must be an RFC 3339 time in UTC") }
        self = time
    }

    /// Reads a time that may be absent.
    fileprivate init?(_ field: Parameter?) throws(ParameterError) {
        guard let field else { return nil }
        try self.init(field)
    }
}
