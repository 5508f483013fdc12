import Jobs
import Varlink

/// How a job ended, in words; all `nil` for one that has not.
struct JobEndWords {
    let failure: String?
    let reason: String?
    let outcome: OutcomeWords?

    init(_ job: Job, lastAttempt: Attempt?) {
        switch job.state {
        case .failed(let cause):
            let words = FailureWords(cause)
            (failure, reason, outcome) = (words.kind, words.reason, words.outcome)
        case .succeeded:
            // A code beside 0 may mean success too; then it is still worth showing, but no reason to have failed.
            (failure, reason, outcome) = (nil, nil, lastAttempt?.end.map { OutcomeWords($0.outcome) })
        case .blocked, .scheduled, .ready, .held, .running, .cancelled: (failure, reason, outcome) = (nil, nil, nil)
        }
    }
}

/// Makes the object `Job` of the interface.
enum JobObject {
    static func make(
        _ job: Job, end: JobEndWords, attempts: [AttemptView], user: String, isFrozen: Bool, details: JobDetails?
    ) -> JSONObject {
        let spec = job.spec
        var object: JSONObject = ["id": .integer(job.id.rawValue), "state": .string(job.state.name.rawValue)]
        if case .running(_, true) = job.state { object.append("stopping", true) }
        if isFrozen { object.append("frozen", true) }
        object.append("failure", end.failure.map { .string($0) })
        object.append("reason", end.reason.map { .string($0) })
        object.append("exitCode", end.outcome?.exitCode.map { JSONValue($0) })
        object.append("signal", end.outcome?.signal.map { .string($0) })
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
        PolicyCoding.append(spec, to: &object)
        StartCoding.appendAttachments(spec, to: &object)
        object.append("openDependencies", JSONValue(job.openDependencies))
        object.append("submitted", .string(job.submitted.description))
        object.append("due", job.notBefore.map { .string($0.description) })
        object.append("expiry", job.expiry.map { .string($0.description) })
        object.append("started", attempts.last.map { .string($0.claimed.description) })
        object.append("ended", job.ended.map { .string($0.description) })
        object.append("attemptCount", JSONValue(job.attempts))
        object.append("attempts", .array(attempts.map { .object($0.json) }))
        details?.append(to: &object)
        return object
    }
}
