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
            context.service.cancel(request.ids, by: requester).whenDone { result in
                do {
                    call.reply(Self.answer(request.ids, try result.get()).parameters)
                } catch {
                    call.fail(with: error)
                }
            }
        }
    }

    private static func answer(_ ids: [JobID], _ results: [CancelResult]) -> CancelCall.Answer {
        var items: [CancelCall.Answer.Item] = []
        for (id, result) in zip(ids, results) {
            switch result {
            case .cancelled: items.append(.init(id: id, result: .cancelled))
            case .stopping: items.append(.init(id: id, result: .stopping))
            case .alreadyFinal(let state): items.append(.init(id: id, result: .ended, state: state.rawValue))
            case .unknown: items.append(.init(id: id, result: .unknown))
            }
        }
        return CancelCall.Answer(jobs: items)
    }
}
