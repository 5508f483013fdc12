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
    func request(_ call: IncomingCall, _ body: @escaping @Sendable (Requester) throws -> Void) {
        do {
            let requester = try requester(of: call)
            guard service.isBusy else { return try body(requester) }
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

extension JobError {
    /// What a refusal of the service is called in the protocol.
    init(_ error: ServiceError) {
        switch error {
        case .noSuchQueue(let queue, let known): self = .noSuchQueue(queue.text, known: known.map(\.text))
        case .tokenTaken(let token, let job): self = .tokenTaken(token: token, job: job)
        case .shuttingDown: self = .shuttingDown
        case .outcomeUnknown(let reason): self = .outcomeUnknown(reason)
        }
    }
}
