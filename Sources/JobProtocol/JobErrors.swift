package import Jobs
package import Varlink

/// The errors of `io.jobd.Jobs` as a client meets them, and as the daemon makes them.
package enum JobError: Error, Sendable, Equatable {
    case noSuchJob(JobID)
    case noSuchAttempt(JobID, attempt: Int)
    case noSuchQueue(String, known: [String])
    case invalidJob(field: String, reason: String)
    case tokenTaken(token: String, job: JobID?)
    case shuttingDown
    case outcomeUnknown(String)
    case storageFailed(String)

    package var varlinkError: VarlinkError {
        switch self {
        case .noSuchJob(let id): make("NoSuchJob", ["id": .integer(id.rawValue)])
        case .noSuchAttempt(let id, let attempt):
            make("NoSuchAttempt", ["id": .integer(id.rawValue), "attempt": JSONValue(attempt)])
        case .noSuchQueue(let queue, let known):
            make("NoSuchQueue", ["queue": .string(queue), "known": .array(known.map { .string($0) })])
        case .invalidJob(let field, let reason):
            make("InvalidJob", ["field": .string(field), "reason": .string(reason)])
        case .tokenTaken(let token, let job):
            make("TokenTaken", Self.parameters(token: token, job: job))
        case .shuttingDown: make("ShuttingDown", [:])
        case .outcomeUnknown(let reason): make("OutcomeUnknown", ["reason": .string(reason)])
        case .storageFailed(let reason): make("StorageFailed", ["reason": .string(reason)])
        }
    }

    /// The error that a reply names; `nil` for one that is not of this interface.
    package init?(_ error: VarlinkError) {
        let parameters = JSONValue.object(error.parameters)
        let id = JobID(rawValue: parameters["id"]?.integerValue ?? 0)
        let reason = parameters["reason"]?.stringValue ?? ""
        switch error.name {
        case "io.jobd.Jobs.NoSuchJob": self = .noSuchJob(id)
        case "io.jobd.Jobs.NoSuchAttempt":
            self = .noSuchAttempt(id, attempt: Int(parameters["attempt"]?.integerValue ?? 0))
        case "io.jobd.Jobs.NoSuchQueue":
            let known = parameters["known"]?.arrayValue?.compactMap(\.stringValue) ?? []
            self = .noSuchQueue(parameters["queue"]?.stringValue ?? "", known: known)
        case "io.jobd.Jobs.InvalidJob":
            self = .invalidJob(field: parameters["field"]?.stringValue ?? "", reason: reason)
        case "io.jobd.Jobs.TokenTaken":
            self = .tokenTaken(
                token: parameters["token"]?.stringValue ?? "", job: id.rawValue == 0 ? nil : id)
        case "io.jobd.Jobs.ShuttingDown": self = .shuttingDown
        case "io.jobd.Jobs.OutcomeUnknown": self = .outcomeUnknown(reason)
        case "io.jobd.Jobs.StorageFailed": self = .storageFailed(reason)
        default: return nil
        }
    }

    private func make(_ name: String, _ parameters: JSONObject) -> VarlinkError {
        VarlinkError("io.jobd.Jobs.\(name)", parameters)
    }

    private static func parameters(token: String, job: JobID?) -> JSONObject {
        var object: JSONObject = ["token": .string(token)]
        object.append("id", job.map { .integer($0.rawValue) })
        return object
    }
}
