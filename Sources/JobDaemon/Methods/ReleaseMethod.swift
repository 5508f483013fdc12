import JobProtocol
import JobService
import VarlinkServer

/// Handles `io.jobd.Jobs.Release`.
struct ReleaseMethod: Sendable {
    let context: DaemonContext

    func handle(_ call: IncomingCall) {
        context.change(call, .release) { parameters in (try ReleaseCall(parameters).ids, .release) }
    }
}
