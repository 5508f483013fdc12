import JobProtocol
import JobService
import Varlink
import VarlinkServer

/// Handles `io.jobd.Daemon.Reload`.
struct ReloadMethod: Sendable {
    let context: DaemonContext

    func handle(_ call: IncomingCall) {
        context.answer(call) { [context] requester in
            guard requester.isAdministrator else { throw VarlinkError.permissionDenied }
            try ReloadCall.check(call.parameters)
            return ReloadCall.Answer(changes: try context.reloader.reload()).parameters
        }
    }
}
