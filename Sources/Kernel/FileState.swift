import Glibc

/// What changes about a file when somebody changes it: which one it is, when it was written, its size.
package struct FileState: Hashable, Sendable {
    private let device: UInt64
    private let number: UInt64
    private let size: Int64
    /// In nanoseconds since 1970; of the content, and of all that the file system keeps of it.
    private let modified: Int64
    private let changed: Int64

    /// Looks at a path; `nil` where there is nothing.
    package init?(of path: String) throws(SystemError) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            if errno == ENOENT { return nil }
            throw SystemError(call: "stat \(path)", code: errno)
        }
        device = UInt64(status.st_dev)
        number = UInt64(status.st_ino)
        size = Int64(status.st_size)
        modified = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
        changed = Int64(status.st_ctim.tv_sec) * 1_000_000_000 + Int64(status.st_ctim.tv_nsec)
    }
}
