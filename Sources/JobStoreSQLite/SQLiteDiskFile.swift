import Glibc
import JobStore

/// A file of a store, looked at without SQLite.
///
/// Only while no connection to it is open in this process: closing the file drops SQLite's locks on it (fcntl_locking).
final class SQLiteDiskFile {
    let path: String
    /// In bytes, when it was opened.
    let size: Int
    private let descriptor: Int32

    /// Opens a file to read it; `nil` where there is none.
    init?(_ path: String) throws(JobStoreError) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw Self.failure("open \(path)")
        }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            let error = Self.failure("stat \(path)")
            Glibc.close(descriptor)
            throw error
        }
        self.path = path
        self.descriptor = descriptor
        size = Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// The bytes from an offset on: `count`, or fewer where the file ends.
    func bytes(_ count: Int, at offset: Int) throws(JobStoreError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let read = unsafe bytes.withUnsafeMutableBytes { buffer in
                let rest = unsafe buffer.baseAddress?.advanced(by: filled)
                return unsafe pread(descriptor, rest, count - filled, off_t(offset + filled))
            }
            if read == 0 { break }
            guard read > 0 || errno == EINTR else { throw Self.failure("read \(path)") }
            filled += max(read, 0)
        }
        return filled == count ? bytes : Array(bytes[..<filled])
    }

    /// Returns when what the file holds is on disk.
    func sync() throws(JobStoreError) {
        guard fsync(descriptor) == 0 else { throw Self.failure("sync \(path)") }
    }

    /// Returns when the names in the folder of a file are on disk.
    static func syncFolder(of path: String) throws(JobStoreError) {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open \(folder)") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("sync \(folder)") }
    }

    /// The last error of the system as one of ours.
    static func failure(_ what: String) -> JobStoreError {
        .refused("cannot \(what): \(unsafe String(cString: strerror(errno)))")
    }
}
