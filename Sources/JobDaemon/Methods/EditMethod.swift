import JobProtocol
import JobService
import Jobs
import Varlink
import VarlinkServer

/// Handles `io.jobd.Jobs.Edit`.
struct EditMethod: Sendable {
    let context: DaemonContext

    func handle(_ call: IncomingCall) {
        context.change(call, .edit) { parameters in
            let request = try Self.parse(parameters)
            return (request.ids, .edit(JobEdit(request)))
        }
    }

    /// Says of a value why it cannot be; of anything else just which parameter is wrong.
    private static func parse(_ parameters: JSONObject) throws -> EditCall {
        do {
            return try EditCall(parameters)
        } catch {
            guard error.kind == .value else { throw error }
            throw JobError(error)
        }
    }
}

extension JobEdit {
    fileprivate init(_ call: EditCall) {
        let start: StartEdit? =
            switch call.start {
            case .notBefore(let time): .notBefore(time)
            case .atOnce: .atOnce
            case nil: nil
            }
        self.init(
            queue: call.queue, name: call.name, priority: call.priority, start: start, arguments: call.command)
    }
}
