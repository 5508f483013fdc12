import Glibc
import Kernel
import Logging
import Threading

/// The folder that holds everything the daemon must not lose, locked for one daemon.
struct StateDirectory: ~Copyable {
    private let lock: FileLock

    /// Makes the folder where it is missing, refuses one that others can reach, and locks it.
    init(_ paths: DaemonPaths, logger: Logger) throws(DaemonFailure) {
        do {
            try Directory.makeDurable(paths.stateDirectory, mode: 0o700)
            try Directory.make(paths.output, mode: 0o700)
        } catch {
            throw .system(error, doing: "make the state directory")
        }
        try Self.check(paths.stateDirectory)
        lock = try Self.lock(paths, logger)
    }

    /// Goes on with the folder that this process locked before it became another program.
    init(lock number: Int32) {
        lock = FileLock(owning: number)
    }

    /// The lock's descriptor.
    var lockDescriptor: Int32 { lock.rawValue }

    /// How long what a dead daemon left behind may hold its lock, and how often it is looked for.
    private static let patience = Duration.seconds(10)
    private static let pause = Duration.milliseconds(10)

    /// Takes the lock; where a daemon holds it that lives, that is the end.
    ///
    /// A child that a daemon was just starting when it was killed has the lock as well, until it executes its program.
    private static func lock(_ paths: DaemonPaths, _ logger: Logger) throws(DaemonFailure) -> FileLock {
        let end = Deadline.after(patience)
        var hasSaidSo = false
        while true {
            do {
                return try FileLock(path: paths.lock)
            } catch {
                guard error.code == EWOULDBLOCK else { throw .system(error, doing: "lock the state directory") }
            }
            let holder = FileLock.holder(path: paths.lock)
            guard let holder, kill(holder, 0) != 0, errno == ESRCH, !end.isPast else {
                throw .locked(folder: paths.stateDirectory, holder: holder)
            }
            if !hasSaidSo { logger.notice("waiting for what jobd (pid \(holder)) left behind when it was killed") }
            hasSaidSo = true
            Event().wait(until: .after(pause))
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
