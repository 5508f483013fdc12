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
    /// Whether it runs and is to be stopped for good.
    package let isStopping: Bool
    /// Whether it runs and stands still, because somebody paused it or froze its queue.
    package let isFrozen: Bool
    /// Why it failed, as a word.
    package let failure: String?
    package let reason: String?
    package let exitCode: Int?
    package let signal: String?
    package let queue: String
    package let name: String?
    package let command: [String]
    package let user: String
    package let priority: Int
    package let submitted: Timestamp
    /// Before when it may not start, where it waits for a time.
    package let due: Timestamp?
    /// When it fails if it has not started.
    package let expiry: Timestamp?
    package let started: Timestamp?
    package let ended: Timestamp?
    package let openDependencies: Int
    /// Attempts begun so far.
    package let attemptCount: Int
    /// The newest of them, oldest first.
    package let attempts: [AttemptView]
    package let details: JobDetails?

    /// What the daemon knows of a job.
    ///
    /// - Parameters:
    ///   - attempts: the newest, oldest first.
    ///   - user: the name of its submitter.
    ///   - isFrozen: whether its attempt stands still.
    package init(
        _ job: Job, attempts: [Attempt], user: String, isFrozen: Bool = false, details: JobDetails? = nil
    ) {
        let end = JobEndWords(job, lastAttempt: attempts.last)
        id = job.id
        state = job.state.name
        isStopping = if case .running(_, true) = job.state { true } else { false }
        self.isFrozen = isFrozen
        failure = end.failure
        reason = end.reason
        exitCode = end.outcome?.exitCode
        signal = end.outcome?.signal
        queue = job.spec.queue.text
        name = job.spec.name
        command = job.spec.command.arguments
        self.user = user
        priority = job.spec.priority
        submitted = job.submitted
        due = job.notBefore
        expiry = job.expiry
        started = attempts.last?.claimed
        ended = job.ended
        openDependencies = job.openDependencies
        attemptCount = job.attempts
        self.attempts = attempts.map(AttemptView.init)
        self.details = details
        json = JobObject.make(job, end: end, attempts: self.attempts, user: user, isFrozen: isFrozen, details: details)
    }

    /// What a client reads.
    package init(_ field: Parameter) throws(ParameterError) {
        let json = field.value.objectValue ?? [:]
        self = try field.object { fields throws(ParameterError) in try JobView(&fields, json) }
    }

    private init(_ fields: inout ParameterReader, _ json: JSONObject) throws(ParameterError) {
        self.json = json
        id = try IDsCoding.id(try fields.required("id"))
        state = try fields.required("state").choice()
        isStopping = try fields.optional("stopping")?.bool() ?? false
        isFrozen = try fields.optional("frozen")?.bool() ?? false
        failure = try fields.optional("failure")?.string()
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
        expiry = try Timestamp(fields.optional("expiry"))
        started = try Timestamp(fields.optional("started"))
        ended = try Timestamp(fields.optional("ended"))
        openDependencies = try fields.optional("openDependencies")?.integer() ?? 0
        attempts = try fields.required("attempts").array { attempt throws(ParameterError) in try AttemptView(attempt) }
        attemptCount = try fields.optional("attemptCount")?.integer() ?? attempts.count
        details = try JobDetails(&fields)
    }
}

extension Job {
    /// Before when it may not start, where it waits for a time, or will once something else no longer keeps it.
    var notBefore: Timestamp? {
        switch state {
        case .scheduled(let until): until
        case .blocked(let notBefore), .held(let notBefore): notBefore
        case .ready, .running, .succeeded, .failed, .cancelled: nil
        }
    }
}
