import JobProtocol
import JobService
import VarlinkServer

/// Handles `io.jobd.Queues.Resume`.
struct ResumeMethod: Sendable {
    let context: DaemonContext

    func handle(_ call: IncomingCall) {
        context.control(call) { [context] requester in
            context.service.resume(try ResumeCall(call.parameters).queue, by: requester)
        }
    }
}
