import JobProtocol
import JobService
import Jobs
import Threading
import Varlink
import VarlinkServer

/// Handles `io.jobd.Jobs.Cancel`.
struct CancelMethod: Sendable {
    let context: DaemonContext

    func handle(_ call: IncomingCall) {
        context.request(call) { [context] requester in
            let request = try CancelCall(call.parameters)
            context.service.change(request.ids, .cancel, by: requester).whenDone { result in
                do {
                    call.reply(try Self.answer(request.ids, try result.get()).parameters)
                } catch {
                    call.fail(with: error)
                }
            }
        }
    }

    private static func answer(_ ids: [JobID], _ results: [ChangeResult]) throws -> CancelCall.Answer {
        CancelCall.Answer(
            jobs: try zip(ids, results).map { id, result in
                switch result {
                case .done: CancelCall.Answer.Item(id: id, result: .cancelled)
                case .stopping: CancelCall.Answer.Item(id: id, result: .stopping)
                case .refused(.alreadyFinal(let state)):
                    CancelCall.Answer.Item(id: id, result: .ended, state: state.rawValue)
                case .refused(let refusal): throw DaemonDefect("cancelling a job was refused: \(refusal)")
                case .unknown: CancelCall.Answer.Item(id: id, result: .unknown)
                }
            })
    }
}
