import JobProtocol
import JobService
import VarlinkServer

/// Handles `io.jobd.Jobs.Hold`.
struct HoldMethod: Sendable {
    let context: DaemonContext

    func handle(_ call: IncomingCall) {
        context.change(call, .hold) { parameters in (try HoldCall(parameters).ids, .hold) }
    }
}
