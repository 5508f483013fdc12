import JobProtocol
import JobService
import JobStore
import Varlink
import VarlinkServer

/// Handles `io.jobd.Daemon.Backup`.
///
/// The daemon writes the file, with its own rights: so only those may ask who have these rights, root and the daemon's
/// own user. A member of the group of administrators could else make root write where it likes.
struct BackupMethod: Sendable {
    let context: DaemonContext

    func handle(_ call: IncomingCall) {
        do {
            let requester = try context.requester(of: call)
            guard [0, context.facts.user].contains(requester.user) else { throw VarlinkError.permissionDenied }
            let request = try BackupCall(call.parameters)
            guard request.path.hasPrefix("/"), !request.path.utf8.contains(0) else {
                throw Self.failure("\(request.path) is no absolute path")
            }
            try context.backups.begin(at: request.path) { result in
                switch result {
                case .success: call.reply([:])
                case .failure(let error): call.fail(Self.failure(error.description))
                }
            }
        } catch {
            call.fail(with: error)
        }
    }

    private static func failure(_ reason: String) -> VarlinkError {
        VarlinkError(BackupCall.failure, ["reason": .string(reason)])
    }
}
