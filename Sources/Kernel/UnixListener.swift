import CLinux
import Glibc

/// A Unix socket that others connect to.
package enum UnixListener {
    /// Binds and listens; the file has its mode from birth.
    ///
    /// A socket file that nobody listens on, left by a crash, is replaced; one that somebody listens on is not.
    /// Call it while the process has one thread: the umask is touched.
    ///
    /// - Throws: `EADDRINUSE` when another process listens there.
    package static func bind(path: String, mode: UInt32, backlog: Int32 = 512) throws(SystemError) -> Descriptor {
        let listener = Descriptor(
            owning: try systemCall("socket") {
                socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            })
        do {
            try systemCall("bind \(path)") { unsafe linux_bind_unix(listener.rawValue, path, mode) }
        } catch {
            guard error.code == EADDRINUSE, isAbandoned(path) else { throw error }
            try systemCall("unlink \(path)") { unsafe unlink(path) }
            try systemCall("bind \(path)") { unsafe linux_bind_unix(listener.rawValue, path, mode) }
        }
        try systemCall("listen \(path)") { listen(listener.rawValue, backlog) }
        return listener
    }

    /// Whether the file is a socket that refuses connections.
    static func isAbandoned(_ path: String) -> Bool {
        var status = stat()
        guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return false }
        do {
            _ = try UnixStream.connect(to: path)
            return false
        } catch {
            return error.code == ECONNREFUSED
        }
    }
}
