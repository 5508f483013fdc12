import JobProtocol
import VarlinkServer

/// Handles `io.jobd.Daemon.Metrics`.
struct MetricsMethod: Sendable {
    let context: DaemonContext

    func handle(_ call: IncomingCall) {
        context.answer(call) { [context] _ in
            try MetricsCall.check(call.parameters)
            return MetricsCall.Answer(text: try context.instruments.metrics()).parameters
        }
    }
}
