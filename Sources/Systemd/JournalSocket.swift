internal import CSystemd
internal import Glibc

/// The journal's socket, for entries of which it is better to lose some than to wait.
///
/// Speaks the native protocol (https://systemd.io/JOURNAL_NATIVE_PROTOCOL/) itself, because `sd_journal_sendv(3)`
/// waits while the socket is full.
public final class JournalSocket: Sendable {
    private let descriptor: CInt
    private let path: String

    /// Opens the socket; it need not be there yet, and may go away and come back.
    public convenience init() throws(SystemdError) {
        try self.init(path: "/run/systemd/journal/socket")
    }

    init(path: String) throws(SystemdError) {
        let descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .failed(call: "socket", errno: errno) }
        // As libsystemd asks for: room for a burst. The kernel gives as much as it is allowed to.
        var size: CInt = 8 << 20
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &size, socklen_t(MemoryLayout<CInt>.size))
        var longestWait = timeval(tv_sec: 0, tv_usec: 100_000)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &longestWait, socklen_t(MemoryLayout<timeval>.size))
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    /// Adds one entry of these fields, at most some hundred KiB, if the journal takes it.
    ///
    /// One system call; with `mayWait` it waits for a tenth of a second at most where the journal's socket is full: it
    /// holds no more than a few hundred entries (`net.unix.max_dgram_qlen`), so that every burst fills it.
    ///
    /// Returns: false where the journal's socket is full or not there; the entry is lost then.
    ///
    /// Throws: `failed` where the entry cannot be sent at all, such as one that is too large.
    public func offer(_ fields: [JournalField], mayWait: Bool = false) throws(SystemdError) -> Bool {
        let entry = Self.encoded(fields)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        let flags = CInt(mayWait ? MSG_NOSIGNAL : MSG_NOSIGNAL | MSG_DONTWAIT)
        let sent = unsafe withUnsafeBytes(of: &address) { address in
            unsafe entry.withUnsafeBytes { entry in
                unsafe sendto(
                    descriptor, entry.baseAddress, entry.count, flags,
                    address.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(address.count))
            }
        }
        if sent >= 0 { return true }
        switch errno {
        case EAGAIN, EINTR, ENOBUFS, ECONNREFUSED, ENOENT: return false
        default: throw .failed(call: "sendto", errno: errno)
        }
    }

    /// `NAME=value` and a newline; where the value has a newline itself, name, newline, length and value.
    static func encoded(_ fields: [JournalField]) -> [UInt8] {
        let newline = UInt8(ascii: "\n")
        var entry: [UInt8] = []
        entry.reserveCapacity(fields.reduce(0) { $0 + $1.encoded.count + 9 })
        for field in fields {
            let equals = field.encoded.firstIndex(of: UInt8(ascii: "=")) ?? field.encoded.endIndex
            let value = field.encoded[equals...].dropFirst()
            if value.contains(newline) {
                entry += field.encoded[..<equals]
                entry.append(newline)
                unsafe withUnsafeBytes(of: UInt64(value.count).littleEndian) { unsafe entry += $0 }
                entry += value
            } else {
                entry += field.encoded
            }
            entry.append(newline)
        }
        return entry
    }
}
