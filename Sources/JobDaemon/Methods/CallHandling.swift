import JobProtocol
import JobService
import JobStore
import Jobs
import Threading
import Varlink
import VarlinkServer

extension IncomingCall {
    /// Fails the call with the error reply that says what a Swift error means.
    func fail(with error: any Error) {
        switch error {
        case let error as VarlinkError: fail(error)
        case let error as ParameterError: fail(VarlinkError(error))
        case let error as JobError: fail(error.varlinkError)
        case let error as ServiceError: fail(JobError(error).varlinkError)
        case let error as DaemonFailure: fail(error.jobError.varlinkError)
        case let error as JobStoreError: fail(JobError.storageFailed(error.description).varlinkError)
        default: fail(VarlinkError("io.jobd.Daemon.InternalError", ["reason": .string("\(error)")]))
        }
    }
}

extension DaemonContext {
    /// As whom a call is made; throws `PermissionDenied` for somebody who has no business here.
    func requester(of call: IncomingCall) throws(VarlinkError) -> Requester {
        guard let requester = authorizer.requester(call.peer) else { throw .permissionDenied }
        return requester
    }

    /// Runs `body`, which makes a request to the ledger: here on the I/O thread as long as that cannot block.
    ///
    /// - Parameter mayBlock: whether it may have to wait for something else.
    func request(
        _ call: IncomingCall, mayBlock: Bool = false, _ body: @escaping @Sendable (Requester) throws -> Void
    ) {
        do {
            let requester = try requester(of: call)
            guard mayBlock || service.isBusy else { return try body(requester) }
            try readers.submit {
                do {
                    try body(requester)
                } catch {
                    call.fail(with: error)
                }
            }
        } catch is ExecutorError {
            call.fail(JobError.shuttingDown.varlinkError)
        } catch {
            call.fail(with: error)
        }
    }

    /// Does to a queue what `body` asks, for administrators only; answers when it is stored.
    ///
    /// On a thread that may wait: a queue may need new threads.
    func control(_ call: IncomingCall, _ body: @escaping @Sendable (Requester) throws -> Future<Void>) {
        do {
            let requester = try requester(of: call)
            guard requester.isAdministrator else { throw VarlinkError.permissionDenied }
            try names.learn(requester.user, on: readers)
            try readers.submit {
                do {
                    try body(requester).whenDone { result in
                        switch result {
                        case .success: call.reply([:])
                        case .failure(let error): call.fail(with: error)
                        }
                    }
                } catch {
                    call.fail(with: error)
                }
            }
        } catch is ExecutorError {
            call.fail(JobError.shuttingDown.varlinkError)
        } catch {
            call.fail(with: error)
        }
    }

    /// Answers a call with what `body` gives, on a thread that may read.
    func answer(_ call: IncomingCall, _ body: @escaping @Sendable (Requester) throws -> JSONObject) {
        do {
            let requester = try requester(of: call)
            try readers.submit {
                do {
                    call.reply(try body(requester))
                } catch {
                    call.fail(with: error)
                }
            }
        } catch let error as VarlinkError {
            call.fail(error)
        } catch {
            call.fail(JobError.shuttingDown.varlinkError)
        }
    }
}

/// Something that our own code must never do.
struct DaemonDefect: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

extension JobError {
    /// What an error of the service is called in the protocol.
    init(_ error: ServiceError) {
        switch error {
        case .refused(let refusal, let index): self = .ofJob(index: index, JobError(refusal))
        case .noSuchQueue(let queue, let known): self = Self.noSuchQueue(queue, known)
        case .badSetting(let setting, let problem): self = .invalidSetting(setting, reason: problem)
        case .noSpace(let shortage):
            self = .noSpace(folder: shortage.folder, free: shortage.free, needed: shortage.needed)
        case .shuttingDown: self = .shuttingDown
        case .outcomeUnknown(let reason): self = .outcomeUnknown(reason)
        }
    }

    /// What a refusal of one job is called in the protocol.
    init(_ refusal: SubmitRefusal) {
        switch refusal {
        case .noSuchQueue(let queue, let known): self = Self.noSuchQueue(queue, known)
        case .tokenTaken(let token, let job): self = .tokenTaken(token: token, job: job)
        case .keyTaken(let key, let job, let state): self = .keyTaken(key: key, job: job, state: state.rawValue)
        case .noSuchDependency(let id): self = .noSuchDependency(id)
        case .noSuchResource(let resource, let known):
            self = .noSuchResource(resource, known: NearestNames.sorted(known, to: resource))
        case .tooMuch(let resource, let amount, let capacity):
            self = .tooMuch(resource: resource, amount: amount, capacity: capacity)
        case .tooManySlots(let slots, let workers): self = .tooManySlots(slots, workers: workers)
        case .invalid(let field, let reason): self = .invalidJob(field: field, reason: reason)
        }
    }

    private static func noSuchQueue(_ queue: QueueName, _ known: [QueueName]) -> JobError {
        .noSuchQueue(queue.text, known: NearestNames.sorted(known.map(\.text), to: queue.text))
    }
}
