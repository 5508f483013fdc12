import Glibc

/// A socket that only programs on this machine can connect to, and that may be bound while other threads run.
package enum LocalListener {
    /// Connections that may wait to be accepted.
    private static let backlog: Int32 = 16

    /// Listens on an address of the loopback network of IPv4.
    ///
    /// - Parameter host: the address as a number, 127.0.0.1 being 0x7F000001.
    package static func bind(host: UInt32, port: UInt16) throws(SystemError) -> Descriptor {
        let listener = try open(AF_INET)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = host.bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        try systemCall("bind port \(port)") {
            unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe Glibc.bind(listener.rawValue, $0, size)
                }
            }
        }
        try systemCall("listen") { listen(listener.rawValue, backlog) }
        return listener
    }

    /// Listens on the loopback address of IPv6.
    package static func bindIPv6(port: UInt16) throws(SystemError) -> Descriptor {
        let listener = try open(AF_INET6)
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        address.sin6_addr = in6addr_loopback
        let size = socklen_t(MemoryLayout<sockaddr_in6>.size)
        try systemCall("bind port \(port)") {
            unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe Glibc.bind(listener.rawValue, $0, size)
                }
            }
        }
        try systemCall("listen") { listen(listener.rawValue, backlog) }
        return listener
    }

    /// Listens at a path; a socket file that nobody listens on is replaced.
    ///
    /// - Parameter mode: who may connect: nobody but this user until it is set.
    package static func bind(path: String, mode: UInt32) throws(SystemError) -> Descriptor {
        let listener = try open(AF_UNIX)
        // Never wider than it is to be, whatever the umask, which is the whole process's and stays as it is.
        try systemCall("fchmod") { fchmod(listener.rawValue, mode_t(mode & 0o600)) }
        do {
            try bind(listener, to: path)
        } catch {
            guard error.code == EADDRINUSE, UnixListener.isAbandoned(path) else { throw error }
            try systemCall("unlink \(path)") { unsafe unlink(path) }
            try bind(listener, to: path)
        }
        try systemCall("chmod \(path)") { unsafe chmod(path, mode_t(mode)) }
        try systemCall("listen") { listen(listener.rawValue, backlog) }
        return listener
    }

    private static func bind(_ listener: borrowing Descriptor, to path: String) throws(SystemError) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let room = MemoryLayout.size(ofValue: address.sun_path) - 1
        guard bytes.count <= room else { throw SystemError(call: "bind \(path)", code: ENAMETOOLONG) }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let number = listener.rawValue
        try systemCall("bind \(path)") {
            unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe Glibc.bind(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
        }
    }

    /// Takes the next connection; `nil` where none waits.
    ///
    /// The connection does not block.
    package static func accept(on listener: borrowing Descriptor) throws(SystemError) -> Descriptor? {
        while true {
            let number = Glibc.accept(listener.rawValue, nil, nil)
            if number >= 0 {
                let connection = Descriptor(owning: number)
                try systemCall("fcntl F_SETFD") { fcntl(connection.rawValue, F_SETFD, FD_CLOEXEC) }
                try connection.setNonBlocking()
                return connection
            }
            if errno == EAGAIN || errno == ECONNABORTED { return nil }
            if errno != EINTR { throw SystemError(call: "accept", code: errno) }
        }
    }

    private static func open(_ family: Int32) throws(SystemError) -> Descriptor {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let listener = Descriptor(owning: try systemCall("socket") { socket(family, kind, 0) })
        // Connections of a daemon that has just ended do not keep the next one out.
        var yes: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        try systemCall("setsockopt SO_REUSEADDR") {
            unsafe setsockopt(listener.rawValue, SOL_SOCKET, SO_REUSEADDR, &yes, size)
        }
        return listener
    }
}

extension Descriptor {
    /// Sends as much as the other end takes now.
    ///
    /// - Returns: how many bytes; 0 where it takes none now.
    package func send(_ bytes: ArraySlice<UInt8>) throws(SystemError) -> Int {
        while true {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.send(rawValue, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count >= 0 { return count }
            if errno == EAGAIN { return 0 }
            if errno != EINTR { throw SystemError(call: "send", code: errno) }
        }
    }

    /// Says that nothing more will be sent.
    package func endSending() { shutdown(rawValue, Int32(SHUT_WR)) }
}
