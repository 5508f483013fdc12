import JobProtocol
import JobService
import VarlinkServer

/// Handles `io.jobd.Queues.Set`.
struct SetMethod: Sendable {
    let context: DaemonContext

    func handle(_ call: IncomingCall) {
        context.control(call) { [context] requester in
            let request = try SetCall(call.parameters)
            let settings = try request.settings.sorted { $0.key < $1.key }.map { name, value in
                guard let setting = QueueSetting(rawValue: name) else {
                    throw JobError.invalidSetting(name, reason: "is not known; a queue has \(Self.known)")
                }
                return (setting, value)
            }
            return context.service.set(settings, of: request.queue, by: requester)
        }
    }

    private static let known = QueueSetting.allCases.map(\.rawValue).sorted().joined(separator: ", ")
}
