import Glibc
import Kernel

/// What a service manager listens on (sd_notify(3)).
struct NotifySocket {
    private let descriptor: Int32

    init(path: String) throws {
        descriptor = try systemCall("socket") {
            socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        try systemCall("bind \(path)") {
            withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
        }
    }

    /// Takes all the room that there is, as if it had not been read for long.
    func stuff(path: String) throws {
        let sender = try systemCall("socket") {
            socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        }
        defer { close(sender) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        var sent = 0
        repeat {
            sent = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    sendto(sender, "X", 1, Int32(MSG_DONTWAIT), $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
        } while sent >= 0
        guard errno == EAGAIN else { throw SystemError(call: "sendto \(path)", code: errno) }
    }

    /// The next message; `nil` when the deadline passes first.
    func receive(until deadline: BootTime) throws -> String? {
        var poller = Poller()
        poller.add(descriptor, for: .reading)
        guard try poller.wait(until: deadline) else { return nil }
        var buffer = [UInt8](repeating: 0, count: 8192)
        let count = try systemCall("recv") { recv(descriptor, &buffer, buffer.count, 0) }
        return String(decoding: buffer[..<count], as: UTF8.self)
    }
}
