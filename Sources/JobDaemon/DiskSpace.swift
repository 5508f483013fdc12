import Glibc
import JobService
import Kernel
import Logging
import Threading

/// The room on the disk that holds the state, with a reserve: a file of which the room is given up when the store finds
/// none, so that outcomes can still be recorded.
final class DiskSpace: StateSpace {
    private let folder: String
    private let opened: Descriptor
    private let needed: Int64
    private let logger: Logger
    private let hasReserve: Monitor<Bool>

    /// A part of what must be free: given up, it does not let anything new in.
    private static let partsPerReserve: Int64 = 4

    private var path: String { "\(folder)/reserve" }
    private var reserve: Int64 { needed / Self.partsPerReserve }

    /// - Parameters:
    ///   - folder: the state directory.
    ///   - needed: bytes that must be free before anything new is stored or started.
    init(folder: String, needed: Int64, logger: Logger) throws(SystemError) {
        self.folder = folder
        self.needed = needed
        self.logger = logger
        opened = try Descriptor.open(folder, O_RDONLY | O_DIRECTORY)
        hasReserve = Monitor(false)
        let length = needed / Self.partsPerReserve
        let isThere = (try? Descriptor.open("\(folder)/reserve", O_RDONLY | O_NOFOLLOW).length()) == length
        hasReserve.withLock { $0 = isThere }
        if !isThere { remove() }
        _ = shortage()
    }

    func shortage() -> SpaceShortage? {
        // A file system that does not say how much is free says it when there is none.
        guard let free = try? opened.freeBytes() else { return nil }
        if free >= needed + reserve, !hasReserve.withLock({ $0 }) { setAside() }
        return free >= needed ? nil : SpaceShortage(folder: folder, free: free, needed: needed)
    }

    /// Brings the names of the files in the folder to the disk: SQLite tries that too, and says nothing where it fails.
    func syncNames() throws(SystemError) { try opened.sync() }

    func giveUpReserve() {
        guard hasReserve.withLock({ $0 }) else { return }
        logger.log(.reserveGivenUp, .error, "the disk with \(folder) is full: the reserve is given up for outcomes")
        remove()
        hasReserve.withLock { $0 = false }
    }

    func exhausted() -> SpaceShortage {
        let free = try? opened.freeBytes()
        return SpaceShortage(folder: folder, free: free ?? 0, needed: needed)
    }

    private func setAside() {
        do {
            let file = try Descriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode: 0o600)
            try file.allocate(reserve)
            hasReserve.withLock { $0 = true }
        } catch {
            logger.warning("no reserve could be set aside on the disk with \(folder): \(error)")
            remove()
        }
    }

    private func remove() {
        guard unlink(path) != 0, errno != ENOENT else { return }
        logger.warning("\(path) could not be removed (error \(errno))")
    }
}
