import Glibc
import Kernel
import Systemd

/// The sockets that clients connect to: those that the service manager passes, else one of our own.
struct Listeners {
    let descriptors: [Int32]
    /// The file of our own socket, to be removed at the end; a passed one stays.
    let ownPath: String?

    /// The name of the listener in the socket unit.
    private static let passedName = "varlink"

    /// Takes the passed listeners, or binds.
    ///
    /// Call it while the process has one thread.
    init(path: String, isSystem: Bool) throws(DaemonFailure) {
        var passed: [CInt]
        do {
            var activation = try SocketActivation()
            passed = try activation.takeListeners(named: Self.passedName)
        } catch {
            throw .server(error)
        }
        guard passed.isEmpty else {
            (descriptors, ownPath) = (passed, nil)
            return
        }
        do {
            let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
            if !folder.isEmpty { try Directory.make(folder, mode: isSystem ? 0o755 : 0o700) }
            // Everybody may connect to root's daemon, which decides by the peer's user; nobody else to another's.
            let listener = try UnixListener.bind(path: path, mode: isSystem ? 0o666 : 0o600)
            (descriptors, ownPath) = ([listener.release()], path)
        } catch {
            if error.code == EADDRINUSE { throw .socketTaken(path: path) }
            throw .system(error, doing: "listen on \(path)")
        }
    }

    func removeOwn() {
        if let ownPath { unlink(ownPath) }
    }
}
