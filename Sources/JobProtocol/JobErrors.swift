package import Jobs
package import Varlink

/// The errors of the daemon's interfaces as a client meets them, and as the daemon makes them.
package indirect enum JobError: Error, Sendable, Equatable {
    case noSuchJob(JobID)
    case noSuchAttempt(JobID, attempt: Int)
    /// The names that there are come with the most similar one first.
    case noSuchQueue(String, known: [String])
    case invalidJob(field: String, reason: String)
    case tokenTaken(token: String, job: JobID?)
    /// Without a job: another one of the same submit has it.
    case keyTaken(key: String, job: JobID?, state: String)
    case noSuchDependency(JobID)
    /// The names that there are come with the most similar one first.
    case noSuchResource(String, known: [String])
    case tooMuch(resource: String, amount: Int, capacity: Int)
    case tooManySlots(Int, workers: Int)
    case invalidSetting(String, reason: String)
    /// A sentence for each problem of the configuration file.
    case invalidConfiguration([String])
    /// Nothing was stored for want of room: the folder, the free bytes, and what must be free.
    case noSpace(folder: String, free: Int64, needed: Int64)
    case shuttingDown
    case outcomeUnknown(String)
    case storageFailed(String)
    /// One of those above that is about one job of a submit: its place in the list, counted from 0.
    case ofJob(index: Int, JobError)

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
        case .keyTaken(let key, let job, let state):
            make("KeyTaken", Self.parameters(key: key, job: job, state: state))
        case .noSuchDependency(let id): make("NoSuchDependency", ["id": .integer(id.rawValue)])
        case .noSuchResource(let resource, let known):
            make("NoSuchResource", ["resource": .string(resource), "known": .array(known.map { .string($0) })])
        case .tooMuch(let resource, let amount, let capacity):
            make(
                "TooMuch",
                ["resource": .string(resource), "amount": JSONValue(amount), "capacity": JSONValue(capacity)])
        case .tooManySlots(let slots, let workers):
            make("TooManySlots", ["slots": JSONValue(slots), "workers": JSONValue(workers)])
        case .invalidSetting(let setting, let reason):
            VarlinkError(
                "\(QueuesInterface.name).InvalidSetting", ["setting": .string(setting), "reason": .string(reason)])
        case .invalidConfiguration(let problems):
            VarlinkError(
                "\(DaemonInterface.name).InvalidConfiguration", ["problems": .array(problems.map { .string($0) })])
        case .noSpace(let folder, let free, let needed):
            make("NoSpace", ["folder": .string(folder), "free": .integer(free), "needed": .integer(needed)])
        case .shuttingDown: make("ShuttingDown", [:])
        case .outcomeUnknown(let reason): make("OutcomeUnknown", ["reason": .string(reason)])
        case .storageFailed(let reason): make("StorageFailed", ["reason": .string(reason)])
        case .ofJob(let index, let error): Self.indexed(error.varlinkError, index)
        }
    }

    private func make(_ name: String, _ parameters: JSONObject) -> VarlinkError {
        VarlinkError("\(JobsInterface.name).\(name)", parameters)
    }

    private static func indexed(_ error: VarlinkError, _ index: Int) -> VarlinkError {
        var parameters = error.parameters
        parameters["index"] = JSONValue(index)
        return VarlinkError(error.name, parameters)
    }

    private static func parameters(token: String, job: JobID?) -> JSONObject {
        var object: JSONObject = ["token": .string(token)]
        object.append("id", job.map { .integer($0.rawValue) })
        return object
    }

    private static func parameters(key: String, job: JobID?, state: String) -> JSONObject {
        var object: JSONObject = ["key": .string(key)]
        object.append("id", job.map { .integer($0.rawValue) })
        object.append("state", .string(state))
        return object
    }
}
