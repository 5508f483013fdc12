/// Reads the head of one HTTP/1.1 request as it arrives (RFC 9112), and is strict about it.
///
/// There is one thing to ask for, so a body is refused, and so is whatever proxies are known to read in two ways.
struct HTTPRequestReader {
    /// What is to be answered.
    enum Verdict: Hashable {
        /// The metrics.
        case metrics
        /// An error by its status.
        case refuse(HTTPStatus)
    }

    /// Longer heads are refused.
    static let longestHead = 8 * 1024

    private var head: [UInt8] = []

    /// Takes what has arrived.
    ///
    /// - Returns: what is to be answered; `nil` as long as the head is not there.
    mutating func take(_ bytes: some Collection<UInt8>) -> Verdict? {
        let looked = max(0, head.count - 3)
        head += bytes.prefix(Self.longestHead + 1 - head.count)
        let end = head[looked...].indices.first { head[$0...].starts(with: [0x0D, 0x0A, 0x0D, 0x0A]) }
        guard let end, end + 4 <= Self.longestHead else {
            return head.count > Self.longestHead ? .refuse(.headTooLarge) : nil
        }
        return Self.judge(head[..<end])
    }

    /// - Parameter head: without the empty line at its end.
    static func judge(_ head: ArraySlice<UInt8>) -> Verdict {
        // Visible characters, spaces and tabs, and the ends of lines: anything else is an attack or a mistake.
        var lines: [ArraySlice<UInt8>] = []
        var rest = head
        while let end = rest.firstIndex(of: 0x0D) {
            guard rest.index(after: end) < rest.endIndex, rest[end + 1] == 0x0A else { return .refuse(.bad) }
            lines.append(rest[..<end])
            rest = rest[(end + 2)...]
        }
        lines.append(rest)
        guard lines.allSatisfy({ $0.allSatisfy { $0 == 0x09 || (0x20...0x7E).contains($0) || $0 >= 0x80 } }) else {
            return .refuse(.bad)
        }
        let words = lines[0].split(separator: 0x20, omittingEmptySubsequences: false)
        guard words.count == 3, isToken(words[0]), !words[1].isEmpty else { return .refuse(.bad) }
        let version = String(decoding: words[2], as: UTF8.self)
        guard version == "HTTP/1.1" || version == "HTTP/1.0" else {
            return .refuse(version.hasPrefix("HTTP/") ? .versionNotSupported : .bad)
        }
        guard let hosts = countHosts(lines.dropFirst()), hosts <= 1, hosts == 1 || version == "HTTP/1.0" else {
            return .refuse(.bad)
        }
        let path = words[1].prefix { $0 != UInt8(ascii: "?") }
        guard path.elementsEqual("/metrics".utf8) else { return .refuse(.notFound) }
        return words[0].elementsEqual("GET".utf8) ? .metrics : .refuse(.methodNotAllowed)
    }

    /// How many fields `Host` there are; `nil` where a field is not as it must be, or announces a body.
    private static func countHosts(_ fields: some Sequence<ArraySlice<UInt8>>) -> Int? {
        var hosts = 0
        for field in fields {
            guard let colon = field.firstIndex(of: UInt8(ascii: ":")), isToken(field[..<colon]) else { return nil }
            let value = String(decoding: field[(colon + 1)...], as: UTF8.self)
            switch String(decoding: field[..<colon], as: UTF8.self).lowercased() {
            case "host": hosts += 1
            case "transfer-encoding": return nil
            case "content-length":
                guard value.drop(while: { $0 == " " || $0 == "\t" }) == "0" else { return nil }
            default: break
            }
        }
        return hosts
    }

    /// RFC 9110, 5.6.2.
    private static func isToken(_ bytes: ArraySlice<UInt8>) -> Bool {
        !bytes.isEmpty
            && bytes.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }
}

/// The answers to a request (RFC 9110, 15).
enum HTTPStatus: String {
    case ok = "200 OK"
    case bad = "400 Bad Request"
    case notFound = "404 Not Found"
    case methodNotAllowed = "405 Method Not Allowed"
    case timeout = "408 Request Timeout"
    case headTooLarge = "431 Request Header Fields Too Large"
    case unavailable = "503 Service Unavailable"
    case versionNotSupported = "505 HTTP Version Not Supported"

    /// The whole answer, after which the connection ends.
    func response(_ type: String = "text/plain; charset=utf-8", _ body: String? = nil) -> [UInt8] {
        let body = Array((body ?? "\(rawValue)\n").utf8)
        let allow = self == .methodNotAllowed ? "Allow: GET\r\n" : ""
        let head =
            "HTTP/1.1 \(rawValue)\r\nContent-Type: \(type)\r\nContent-Length: \(body.count)\r\n\(allow)Connection: close\r\n\r\n"
        return Array(head.utf8) + body
    }
}
