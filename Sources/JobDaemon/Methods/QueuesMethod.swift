import JobProtocol
import VarlinkServer

/// Handles `io.jobd.Queues.List`.
struct QueuesMethod: Sendable {
    let context: DaemonContext

    func handle(_ call: IncomingCall) {
        context.answer(call) { [context] _ in
            try QueuesCall.check(call.parameters)
            return QueuesCall.Answer(queues: try context.queues()).parameters
        }
    }
}
