import Glibc

/// Whose a file is, and who may use it.
package struct FileOwner: Sendable, Hashable {
    package let user: UInt32
    /// The permission bits.
    package let mode: UInt32
    package let isDirectory: Bool

    /// Looks at a path; a link at its end is not followed.
    package init(of path: String) throws(SystemError) {
        var status = stat()
        try systemCall("lstat \(path)") { unsafe lstat(path, &status) }
        user = status.st_uid
        mode = status.st_mode & 0o7777
        isDirectory = status.st_mode & S_IFMT == S_IFDIR
    }
}
