import JobProtocol
import JobService
import Threading
import Varlink
import VarlinkServer

/// Handles `io.jobd.Daemon.Reexec`.
///
/// For those only who could as well start the daemon: root and its own user.
struct ReexecMethod: Sendable {
    let context: DaemonContext

    func handle(_ call: IncomingCall) {
        do {
            let requester = try context.requester(of: call)
            guard [0, context.facts.user].contains(requester.user) else { throw VarlinkError.permissionDenied }
            try ReexecCall.check(call.parameters)
            // It runs a program, which takes its time.
            try context.readers.submit { [context] in
                do {
                    try context.reexecution.request(call)
                } catch {
                    call.fail(with: error)
                }
            }
        } catch is ExecutorError {
            call.fail(JobError.shuttingDown.varlinkError)
        } catch {
            call.fail(with: error)
        }
    }
}
