import Glibc

/// A connected Unix socket.
package struct UnixStream: ~Copyable, Sendable {
    package let descriptor: Descriptor

    /// Takes over a connected socket.
    package init(owning descriptor: consuming Descriptor) {
        self.descriptor = descriptor
    }

    /// Connects to the socket at a path.
    ///
    /// - Throws: `ENOENT` when there is no file, `ECONNREFUSED` when nobody listens, `EACCES` when it is not for us.
    package static func connect(to path: String) throws(SystemError) -> UnixStream {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let room = MemoryLayout.size(ofValue: address.sun_path) - 1
        guard bytes.count <= room else { throw SystemError(call: "connect \(path)", code: ENAMETOOLONG) }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }

        let stream = UnixStream(
            owning: Descriptor(
                owning: try systemCall("socket") {
                    socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
                }))
        try systemCall("connect \(path)") {
            unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe Glibc.connect(stream.descriptor.rawValue, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
        }
        return stream
    }

    /// Sends all bytes; a reader that went away is an error (`EPIPE`), not a signal.
    package func send(_ bytes: [UInt8]) throws(SystemError) {
        var sent = 0
        while sent < bytes.count {
            sent += try systemCall("send") {
                unsafe bytes.withUnsafeBytes {
                    unsafe Glibc.send(
                        descriptor.rawValue, $0.baseAddress?.advanced(by: sent), $0.count - sent,
                        Int32(MSG_NOSIGNAL))
                }
            }
        }
    }

    /// Ends both directions: a thread that reads wakes and sees the end.
    package func shutDown() {
        shutdown(descriptor.rawValue, Int32(SHUT_RDWR))
    }
}
