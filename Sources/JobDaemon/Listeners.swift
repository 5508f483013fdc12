import Glibc
import Kernel
import Systemd
import Threading

/// The sockets that clients connect to: those that the service manager passes, else one of our own.
///
/// The server gets copies, and these stay open until nothing is to be served any more: clients who connect while the
/// daemon becomes another program wait for that one.
final class Listeners: Sendable {
    private let kept: Monitor<[Int32]>
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
            (kept, ownPath) = (Monitor(passed), nil)
            return
        }
        do {
            let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
            if !folder.isEmpty { try Directory.make(folder, mode: isSystem ? 0o755 : 0o700) }
            // Everybody may connect to root's daemon, which decides by the peer's user; nobody else to another's.
            let listener = try UnixListener.bind(path: path, mode: isSystem ? 0o666 : 0o600)
            (kept, ownPath) = (Monitor([listener.release()]), path)
        } catch {
            if error.code == EADDRINUSE { throw .socketTaken(path: path) }
            throw .system(error, doing: "listen on \(path)")
        }
    }

    /// Goes on with those that this process had before it became another program.
    init(_ takeover: Takeover) {
        (kept, ownPath) = (Monitor(takeover.listeners), takeover.ownSocket)
    }

    var descriptors: [Int32] { kept.withLock { $0 } }

    /// Copies, which belong to the caller.
    func copies() throws(SystemError) -> [Int32] {
        var copies: [Int32] = []
        for descriptor in descriptors { copies.append(try Descriptor.copy(of: descriptor).release()) }
        return copies
    }

    /// From here on nobody can connect, once the server has closed its own.
    func close() {
        let all = kept.withLock { kept in
            defer { kept = [] }
            return kept
        }
        for number in all { _ = Descriptor(owning: number) }
    }

    func removeOwn() {
        if let ownPath { unlink(ownPath) }
    }
}
