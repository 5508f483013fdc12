import JobProtocol
import JobService
import VarlinkServer

/// Handles `io.jobd.Jobs.Retry`.
struct RetryMethod: Sendable {
    let context: DaemonContext

    func handle(_ call: IncomingCall) {
        context.change(call, .retry) { parameters in (try RetryCall(parameters).ids, .retry) }
    }
}
