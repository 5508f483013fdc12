import JobProtocol
import JobService
import VarlinkServer

/// Handles `io.jobd.Jobs.Signal`.
struct SignalMethod: Sendable {
    let context: DaemonContext

    func handle(_ call: IncomingCall) {
        context.change(call, .signal) { parameters in
            let request = try SignalCall(parameters)
            return (request.ids, .signal(request.signal))
        }
    }
}
