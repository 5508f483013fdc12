import JobProtocol
import JobService
import VarlinkServer

/// Handles `io.jobd.Jobs.Pause`.
struct PauseJobsMethod: Sendable {
    let context: DaemonContext

    func handle(_ call: IncomingCall) {
        context.change(call, .pause) { parameters in (try PauseJobsCall(parameters).ids, .freeze(true)) }
    }
}
