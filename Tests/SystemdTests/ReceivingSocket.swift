import Foundation
import Glibc

/// A datagram socket in a folder of its own, which stands where the service manager's would.
final class ReceivingSocket {
    let path: String
    private let folder: URL
    private let descriptor: CInt

    /// - Parameter isAbstract: it has a name that no file has.
    init(isAbstract: Bool = false) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "systemd-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = isAbstract ? "@" + folder.lastPathComponent : folder.appending(path: "socket").path
        descriptor = boundSocket(type: SOCK_DGRAM, path: path)
        guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    }

    deinit {
        close(descriptor)
        try? FileManager.default.removeItem(at: folder)
    }

    /// The next message, nil when none comes within `seconds`; the kernel closes descriptors that come along.
    func next(within seconds: Int = 5) -> String? {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&request, 1, CInt(seconds * 1000)) == 1 else { return nil }
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count >= 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }
}

/// A Unix socket at this path, -1 with errno where it could not be made.
func boundSocket(type: __socket_type, path: String) -> CInt {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    var length = MemoryLayout<sockaddr_un>.size
    if path.hasPrefix("@") {
        address.sun_path.0 = 0
        length = MemoryLayout<sa_family_t>.size + path.utf8.count
    }
    let descriptor = socket(AF_UNIX, CInt(type.rawValue), 0)
    let bound = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(length)) }
    }
    if bound == 0 { return descriptor }
    close(descriptor)
    return -1
}

/// Runs `body` with these environment variables, nil for "not set", and puts back what was there.
func withEnvironment<Result>(_ variables: [String: String?], _ body: () throws -> Result) rethrows -> Result {
    let before = variables.keys.map { name in (name, getenv(name).map { String(cString: $0) }) }
    for (name, value) in variables { put(name, value) }
    defer { for (name, value) in before { put(name, value) } }
    return try body()
}

private func put(_ name: String, _ value: String?) {
    if let value { setenv(name, value, 1) } else { unsetenv(name) }
}
