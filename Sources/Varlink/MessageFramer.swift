internal import Glibc

/// Cuts incoming bytes into messages, each of which ends with a zero byte.
///
/// No byte is looked at twice however the bytes arrive, and a buffer that a large message has blown up is given back
/// as soon as it is empty.
public struct MessageFramer: Sendable {
    /// 16 MiB, the largest message that systemd's peers take.
    public static let defaultMaximumSize = 16 << 20
    /// The capacity that an empty buffer may keep: thousands of connections are idle most of the time.
    private static let keptCapacity = 4096

    private let maximumSize: Int
    private var buffer: [UInt8] = []
    /// Where the first message that was not handed out begins.
    private var start = 0
    /// Up to here there is no zero byte behind `start`.
    private var scanned = 0

    /// A framer for messages of at most `maximumSize` bytes, the zero byte not counted.
    public init(maximumSize: Int = Self.defaultMaximumSize) {
        self.maximumSize = maximumSize
    }

    /// The number of bytes that wait, whole messages and the beginning of one.
    public var bufferedBytes: Int { buffer.count - start }

    /// Takes bytes as they came.
    ///
    /// - Complexity: O(number of bytes), amortised.
    public mutating func append(_ bytes: UnsafeRawBufferPointer) {
        if start > 0, start >= buffer.count / 2 {
            buffer.removeSubrange(..<start)
            scanned -= start
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// Takes bytes as they came.
    public mutating func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { append($0) }
    }

    /// Hands the next whole message to `body` and gives what that returns, or nil if no message is whole yet.
    ///
    /// - Throws: ``MessageError`` if the next message is larger than allowed. The framer is of no use then.
    public mutating func next<Message>(
        _ body: (Span<UInt8>) throws(MessageError) -> Message
    ) throws(MessageError) -> Message? {
        guard let end = findEnd() else {
            scanned = buffer.count
            guard scanned - start <= maximumSize else { throw tooLarge }
            return nil
        }
        guard end - start <= maximumSize else { throw tooLarge }
        let begin = start
        start = end + 1
        scanned = start
        let message = try body(buffer.span.extracting(begin..<end))
        if start == buffer.count { empty() }
        return message
    }

    private var tooLarge: MessageError {
        MessageError(problem: "a message may have at most \(maximumSize) bytes")
    }

    private func findEnd() -> Int? {
        buffer.withUnsafeBytes { bytes in
            guard scanned < bytes.count, let base = bytes.baseAddress,
                let found = memchr(base + scanned, 0, bytes.count - scanned)
            else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }

    private mutating func empty() {
        if buffer.capacity > Self.keptCapacity {
            buffer = []
        } else {
            buffer.removeAll(keepingCapacity: true)
        }
        start = 0
        scanned = 0
    }
}
