internal import Glibc
internal import JobProtocol
internal import Jobs
internal import Kernel
internal import Varlink

/// Why a call to jobd did not do what was asked.
public indirect enum JobClientError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Nobody answers at the socket. `code` is the system's error number: `ENOENT` when there is no such socket,
    /// `ECONNREFUSED` when nobody listens there, `EACCES` when it is not for us.
    case unreachable(socket: String, code: Int32)
    /// The connection broke and did not come back in time.
    case connectionLost(String)
    /// The daemon stops, and was not back in time.
    case shuttingDown
    /// Storage failed while the call was carried out: whether it was is unknown. Submit again with the same tokens
    /// to find out.
    case outcomeUnknown(String)
    /// Too little is free, in bytes, on the disk that holds jobd's state: nothing was stored. Repeat it with the same
    /// tokens when there is room.
    case noSpace(folder: String, free: Int64, needed: Int64)
    /// No answer in the time that the caller gave.
    case timedOut
    /// ``JobClient/Interrupter/interrupt()`` was called.
    case interrupted

    /// A field of a request that cannot be; `problem` is the rest of a sentence that begins with its name.
    case invalidRequest(field: String, problem: String)
    /// There is no such job, or it is not yours.
    case noSuchJob(Int64)
    /// The job has no such attempt.
    case noSuchAttempt(Int64, attempt: Int)
    /// No queue of that name is configured; these are, the most similar name first.
    case noSuchQueue(String, known: [String])
    /// The token stands for another job.
    case tokenTaken(String, job: Int64?)
    /// An unfinished job, in that state, has the key; where there is no job, another one of the same submit.
    case keyTaken(String, job: Int64?, state: String)
    /// There is no such job to wait for, or it is not yours.
    case noSuchDependency(Int64)
    /// No resource of that name is configured; these are, the most similar name first.
    case noSuchResource(String, known: [String])
    /// There is not so much of the resource.
    case tooMuch(resource: String, amount: Int, capacity: Int)
    /// The queue has fewer workers than the job takes up.
    case tooManySlots(Int, workers: Int)
    /// A queue cannot have that setting.
    case invalidSetting(String, problem: String)
    /// The daemon's configuration file has something wrong, a sentence for each problem; the old one holds on.
    case invalidConfiguration([String])
    /// One of several jobs of a submit cannot be, for that reason, and so none was stored: its place in the list,
    /// counted from 0.
    case inJob(index: Int, JobClientError)
    /// The daemon could not read its storage.
    case storageFailed(String)
    /// The backup could not be written.
    case backupFailed(String)
    /// The daemon did not become another program, and goes on as it was.
    case reexecRefused(String)
    /// The daemon refused for another reason: the name of the error in the protocol, and what it says.
    case refused(error: String, detail: String)
    /// The daemon sent what is no answer to the call.
    case brokenReply(String)

    /// For people, in one line.
    public var description: String {
        switch self {
        case .unreachable(let socket, let code): "no jobd answers at \(socket) (\(SystemError.text(of: code)))"
        case .connectionLost(let problem): problem
        case .shuttingDown: "jobd is shutting down"
        case .outcomeUnknown(let reason): "whether it was carried out is unknown: \(reason)"
        case .noSpace(let folder, let free, let needed):
            "nothing was stored: " + SpaceWords.sentence(folder: folder, free: free, needed: needed)
        case .timedOut: "jobd did not answer in time"
        case .interrupted: "interrupted"
        case .invalidRequest(let field, let problem): "\(field) \(problem)"
        case .noSuchJob(let id): "there is no job \(id)"
        case .noSuchAttempt(let id, let attempt): "job \(id) has no attempt \(attempt)"
        case .noSuchQueue(let queue, let known):
            "there is no queue \(queue)" + (known.isEmpty ? "" : "; there is \(known.joined(separator: ", "))")
        case .tokenTaken(let token, let job):
            "the token \(token) stands for another job" + (job.map { ", \($0)" } ?? "")
        case .keyTaken(let key, let job?, let state): "job \(job), which is \(state), has the key \(key) already"
        case .keyTaken(let key, nil, _): "another job of the same submit has the key \(key)"
        case .noSuchDependency(let id): "there is no job \(id) to wait for"
        case .noSuchResource(let name, let known):
            "there is no resource \(name)"
                + (known.isEmpty ? "; jobd's configuration names none" : "; there is \(known.joined(separator: ", "))")
        case .tooMuch(let resource, let amount, let capacity):
            "it needs \(amount) of resource \(resource), but there is only \(capacity) in all"
        case .tooManySlots(let slots, let workers):
            "it takes up \(slots) workers, but its queue has only \(workers)"
        case .invalidSetting(let setting, let problem): "\(setting) \(problem)"
        case .invalidConfiguration(let problems):
            "the old configuration holds on: \(problems.joined(separator: "; "))"
        case .inJob(let index, let error): "job \(index + 1) of the submit: \(error)"
        case .storageFailed(let reason): "jobd cannot read its storage: \(reason)"
        case .backupFailed(let reason): "no backup was made: \(reason)"
        case .reexecRefused(let reason): "jobd goes on as it was: \(reason)"
        case .refused(let error, let detail): "jobd refused: \(error)" + (detail.isEmpty ? "" : ": \(detail)")
        case .brokenReply(let problem): "jobd sent a broken reply: \(problem)"
        }
    }

    /// What an error of the layers below means here.
    init(_ error: any Error) {
        switch error {
        case let error as JobError: self = Self.meaning(of: error)
        case let error as JobClientError: self = error
        case let error as VarlinkClientError: self = Self.meaning(of: error)
        case let error as VarlinkError: self = Self.meaning(of: error)
        default: self = .brokenReply("\(error)")
        }
    }

    private static func meaning(of error: VarlinkClientError) -> JobClientError {
        switch error {
        case .cannotConnect(let path, let code): .unreachable(socket: path, code: code)
        case .connectionLost: .connectionLost("jobd: \(error)")
        case .timedOut: .timedOut
        case .badReply(let problem), .outOfTurn(let problem): .brokenReply(problem)
        }
    }

    private static func meaning(of error: VarlinkError) -> JobClientError {
        if let error = JobError(error) { return meaning(of: error) }
        if error.name == BackupCall.failure, let reason = error.parameters["reason"]?.stringValue {
            return .backupFailed(reason)
        }
        if error.name == ReexecCall.refusal, let reason = error.parameters["reason"]?.stringValue {
            return .reexecRefused(reason)
        }
        return .refused(
            error: error.name,
            detail: error.parameters.members.map { "\($0.name) \($0.value.stringValue ?? "\($0.value)")" }
                .joined(separator: ", "))
    }

    private static func meaning(of error: JobError) -> JobClientError {
        switch error {
        case .noSuchJob(let id): .noSuchJob(id.rawValue)
        case .noSuchAttempt(let id, let attempt): .noSuchAttempt(id.rawValue, attempt: attempt)
        case .noSuchQueue(let queue, let known): .noSuchQueue(queue, known: known)
        case .invalidJob(let field, let reason): .invalidRequest(field: field, problem: reason)
        case .tokenTaken(let token, let job): .tokenTaken(token, job: job?.rawValue)
        case .keyTaken(let key, let job, let state): .keyTaken(key, job: job?.rawValue, state: state)
        case .noSuchDependency(let id): .noSuchDependency(id.rawValue)
        case .noSuchResource(let name, let known): .noSuchResource(name, known: known)
        case .tooMuch(let resource, let amount, let capacity):
            .tooMuch(resource: resource, amount: amount, capacity: capacity)
        case .tooManySlots(let slots, let workers): .tooManySlots(slots, workers: workers)
        case .invalidSetting(let setting, let reason): .invalidSetting(setting, problem: reason)
        case .invalidConfiguration(let problems): .invalidConfiguration(problems)
        case .shuttingDown: .shuttingDown
        case .outcomeUnknown(let reason): .outcomeUnknown(reason)
        case .noSpace(let folder, let free, let needed): .noSpace(folder: folder, free: free, needed: needed)
        case .storageFailed(let reason): .storageFailed(reason)
        case .ofJob(let index, .invalidJob(let field, let reason)):
            .inJob(index: index, .invalidRequest(field: inside(field, index), problem: reason))
        case .ofJob(let index, let error): .inJob(index: index, meaning(of: error))
        }
    }

    /// `priority` of `jobs[3].priority`.
    private static func inside(_ field: String, _ index: Int) -> String {
        let prefix = "jobs[\(index)]"
        guard field.hasPrefix(prefix), field.count > prefix.count else { return field }
        return String(field.dropFirst(prefix.count + 1))
    }

    /// The same error for who submitted one job and needs no index.
    var ofOnlyJob: JobClientError {
        if case .inJob(_, let error) = self { error } else { self }
    }

    /// Whether the daemon may be back in a moment and the same call then succeed.
    ///
    /// - Parameter wasReached: whether it has answered before: who was never there is not waited for.
    func isPassing(wasReached: Bool) -> Bool {
        switch self {
        case .connectionLost, .shuttingDown, .outcomeUnknown: true
        case .unreachable(_, let code): wasReached && [ENOENT, ECONNREFUSED, EAGAIN].contains(code)
        case .timedOut, .interrupted, .invalidRequest, .noSuchJob, .noSuchAttempt, .noSuchQueue, .tokenTaken,
            .keyTaken, .noSuchDependency, .noSuchResource, .tooMuch, .tooManySlots, .invalidSetting,
            .invalidConfiguration, .inJob, .storageFailed, .backupFailed, .reexecRefused, .noSpace, .refused,
            .brokenReply:
            false
        }
    }
}
