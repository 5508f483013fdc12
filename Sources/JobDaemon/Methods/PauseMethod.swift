import JobProtocol
import JobService
import VarlinkServer

/// Handles `io.jobd.Queues.Pause`.
struct PauseMethod: Sendable {
    let context: DaemonContext

    func handle(_ call: IncomingCall) {
        context.control(call) { [context] requester in
            let request = try PauseCall(call.parameters)
            let mode: QueuePause.Mode =
                switch request.mode {
                case .drain: .drain
                case .freeze: .freeze
                }
            return context.service.pause(request.queue, mode, by: requester)
        }
    }
}
