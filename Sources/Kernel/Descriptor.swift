import Glibc

/// A file descriptor that is closed exactly once, when its owner lets go of it.
package struct Descriptor: ~Copyable, Sendable {
    /// The number, for calls that borrow the descriptor.
    package let rawValue: Int32

    /// Takes ownership of an open descriptor.
    package init(owning rawValue: Int32) {
        self.rawValue = rawValue
    }

    deinit { close(rawValue) }

    /// Gives the open descriptor away; the receiver must close it.
    package consuming func release() -> Int32 {
        let number = rawValue
        discard self
        return number
    }

    /// Opens a file, close-on-exec.
    package static func open(
        _ path: String, _ flags: Int32, mode: UInt32 = 0
    ) throws(SystemError) -> Descriptor {
        let number = try systemCall("open \(path)") { unsafe Glibc.open(path, flags | O_CLOEXEC, mode) }
        return Descriptor(owning: number)
    }

    /// Opens a file below an open directory, close-on-exec.
    package func open(
        below name: String, _ flags: Int32, mode: UInt32 = 0
    ) throws(SystemError) -> Descriptor {
        let number = try systemCall("openat \(name)") { unsafe openat(rawValue, name, flags | O_CLOEXEC, mode) }
        return Descriptor(owning: number)
    }

    /// Another descriptor of the same, close-on-exec.
    package static func copy(of number: Int32) throws(SystemError) -> Descriptor {
        Descriptor(owning: try systemCall("fcntl F_DUPFD_CLOEXEC") { fcntl(number, F_DUPFD_CLOEXEC, 0) })
    }

    /// Whether a program that this process becomes by execve(2) finds a descriptor closed.
    package static func setCloseOnExec(_ closes: Bool, _ number: Int32) throws(SystemError) {
        try systemCall("fcntl F_SETFD") { fcntl(number, F_SETFD, closes ? FD_CLOEXEC : 0) }
    }

    /// Reads what is there, at most as much as `buffer` has room for, to its front.
    ///
    /// - Returns: the number of bytes, 0 at the end, `nil` when a non-blocking descriptor has nothing now.
    package func read(into buffer: inout [UInt8]) throws(SystemError) -> Int? {
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(rawValue, $0.baseAddress, $0.count) }
            if count >= 0 { return count }
            if errno == EAGAIN { return nil }
            if errno != EINTR { throw SystemError(call: "read", code: errno) }
        }
    }

    /// Reads what is there, at most `count` bytes.
    ///
    /// - Returns: the bytes, none at the end, `nil` when a non-blocking descriptor has nothing now.
    package func read(upTo count: Int) throws(SystemError) -> [UInt8]? {
        var code: Int32 = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            var result = 0
            repeat {
                result = unsafe Glibc.read(rawValue, buffer.baseAddress, buffer.count)
                code = result < 0 ? errno : 0
            } while code == EINTR
            filled = max(0, result)
        }
        if code == EAGAIN { return nil }
        guard code == 0 else { throw SystemError(call: "read", code: code) }
        return bytes
    }

    /// Writes all bytes, in as many calls as it takes.
    package func write(all bytes: [UInt8]) throws(SystemError) {
        var written = 0
        while written < bytes.count {
            written += try systemCall("write") {
                unsafe bytes.withUnsafeBytes {
                    unsafe Glibc.write(rawValue, $0.baseAddress?.advanced(by: written), $0.count - written)
                }
            }
        }
    }

    /// Makes reads and writes return at once where they would have to wait.
    package func setNonBlocking() throws(SystemError) {
        let flags = try systemCall("fcntl F_GETFL") { fcntl(rawValue, F_GETFL) }
        try systemCall("fcntl F_SETFL") { fcntl(rawValue, F_SETFL, flags | O_NONBLOCK) }
    }
}
