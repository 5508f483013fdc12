import Kernel

/// Where metrics can be fetched: on this machine only.
enum MetricsAddress: Hashable, Sendable, CustomStringConvertible {
    /// An address of the loopback network of IPv4, as a number.
    case loopback(host: UInt32, port: UInt16)
    /// `::1`.
    case loopbackIPv6(port: UInt16)
    /// A socket at an absolute path.
    case path(String)

    static let rule =
        "an address of this machine itself like \"127.0.0.1:9847\" or \"[::1]:9847\", or the absolute path of a socket"

    /// What sockaddr_un has room for, less the NUL.
    private static let longestPath = 107

    /// Reads the text of an address; `nil` where it is none, or one that other machines reach.
    init?(_ text: String) {
        if text.hasPrefix("/") {
            guard text.utf8.count <= Self.longestPath, !text.hasSuffix("/"), !text.utf8.contains(0) else { return nil }
            self = .path(text)
            return
        }
        guard let colon = text.lastIndex(of: ":"), let port = Self.number(text[text.index(after: colon)...], 65_535),
            port > 0
        else { return nil }
        let host = text[..<colon]
        if host == "[::1]" {
            self = .loopbackIPv6(port: UInt16(port))
            return
        }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false).map { Self.number($0, 255) }
        guard parts.count == 4, parts[0] == 127 else { return nil }
        var number: UInt32 = 0
        for part in parts {
            guard let part else { return nil }
            number = number << 8 | part
        }
        self = .loopback(host: number, port: UInt16(port))
    }

    /// A number without signs, spaces or leading zeros, which some read as octal.
    private static func number(_ text: Substring, _ largest: UInt32) -> UInt32? {
        guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            text == "0" || !text.hasPrefix("0"), let number = UInt32(text), number <= largest
        else { return nil }
        return number
    }

    var description: String {
        switch self {
        case .loopback(let host, let port):
            "\(host >> 24).\(host >> 16 & 255).\(host >> 8 & 255).\(host & 255):\(port)"
        case .loopbackIPv6(let port): "[::1]:\(port)"
        case .path(let path): path
        }
    }

    /// Listens there.
    ///
    /// - Parameter mode: who may connect to a socket at a path.
    func bind(mode: UInt32) throws(SystemError) -> Descriptor {
        switch self {
        case .loopback(let host, let port): try LocalListener.bind(host: host, port: port)
        case .loopbackIPv6(let port): try LocalListener.bindIPv6(port: port)
        case .path(let path): try LocalListener.bind(path: path, mode: mode)
        }
    }
}
