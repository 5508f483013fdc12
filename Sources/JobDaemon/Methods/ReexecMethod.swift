import JobProtocol
import JobService
import Varlink
import VarlinkServer

/// Handles `io.jobd.Daemon.Reexec`.
///
/// For those only who could as well start the daemon: root and its own user.
struct ReexecMethod: Sendable {
    let context: DaemonContext

    func handle(_ call: IncomingCall) {
        // On a thread that may wait: it runs a program, which takes its time.
        context.request(call, mayBlock: true) { [context] requester in
            guard [0, context.facts.user].contains(requester.user) else { throw VarlinkError.permissionDenied }
            try ReexecCall.check(call.parameters)
            try context.reexecution.request(call)
        }
    }
}
