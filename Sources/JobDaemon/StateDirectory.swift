import Glibc
import Kernel

/// The folder that holds everything the daemon must not lose, locked for one daemon.
struct StateDirectory: ~Copyable {
    private let lock: FileLock

    /// Makes the folder where it is missing, refuses one that others can reach, and locks it.
    init(_ paths: DaemonPaths) throws(DaemonFailure) {
        do {
            try Directory.make(paths.stateDirectory, mode: 0o700)
            try Directory.make(paths.output, mode: 0o700)
        } catch {
            throw .system(error, doing: "make the state directory")
        }
        try Self.check(paths.stateDirectory)
        do {
            lock = try FileLock(path: paths.lock)
        } catch {
            guard error.code == EWOULDBLOCK else { throw .system(error, doing: "lock the state directory") }
            throw .locked(folder: paths.stateDirectory, holder: FileLock.holder(path: paths.lock))
        }
    }

    private static func check(_ path: String) throws(DaemonFailure) {
        let owner: FileOwner
        do {
            owner = try FileOwner(of: path)
        } catch {
            throw .system(error, doing: "look at the state directory")
        }
        guard owner.isDirectory else { throw .unsafeFolder(path: path, problem: "is not a folder") }
        guard owner.user == geteuid() else { throw .unsafeFolder(path: path, problem: "belongs to another user") }
        guard owner.mode & 0o077 == 0 else {
            throw .unsafeFolder(path: path, problem: "can be reached by others (mode \(String(owner.mode, radix: 8)))")
        }
    }
}
