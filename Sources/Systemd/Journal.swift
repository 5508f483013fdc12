internal import CSystemd
internal import Glibc

/// The system's journal, by its native protocol (`sd_journal_sendv(3)`).
public enum Journal {
    /// Whether a journal listens on this machine.
    ///
    /// One connect to its socket; worth asking once, at start.
    public static var isReachable: Bool { listens(at: "/run/systemd/journal/socket") }

    /// Adds one entry of these fields.
    ///
    /// One copy of the fields and one system call; an entry too large for a datagram goes through a sealed memory
    /// file instead. Blocks while the journal's socket is full. Where no journal is there the entry is dropped
    /// without an error, as libsystemd does it: ask `isReachable` first.
    ///
    /// Throws: `failed` where the journal is there and did not take the entry.
    public static func send(_ fields: [JournalField]) throws(SystemdError) {
        let size = fields.reduce(0) { $0 + $1.encoded.count }
        let result = unsafe withUnsafeTemporaryAllocation(byteCount: size, alignment: 1) { bytes in
            unsafe withUnsafeTemporaryAllocation(of: iovec.self, capacity: fields.count) { vectors in
                var offset = 0
                for (place, field) in fields.enumerated() {
                    let target = unsafe UnsafeMutableRawBufferPointer(
                        rebasing: bytes[offset..<(offset + field.encoded.count)])
                    unsafe target.copyBytes(from: field.encoded)
                    unsafe vectors.initializeElement(
                        at: place, to: iovec(iov_base: target.baseAddress, iov_len: target.count))
                    offset += field.encoded.count
                }
                return unsafe sd_journal_sendv(vectors.baseAddress, CInt(fields.count))
            }
        }
        _ = try SystemdError.check("sd_journal_sendv", result)
    }

    /// Whether somebody receives datagrams at this path.
    static func listens(at path: String) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let fits = unsafe withUnsafeMutableBytes(of: &address.sun_path) { buffer in
            guard path.utf8.count < buffer.count else { return false }
            unsafe buffer.copyBytes(from: path.utf8)
            return true
        }
        guard fits else { return false }
        let descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { _ = close(descriptor) }
        return unsafe withUnsafeBytes(of: &address) { bytes in
            unsafe connect(
                descriptor, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
        } == 0
    }
}
