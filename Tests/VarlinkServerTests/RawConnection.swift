import Foundation
import Kernel

/// A client without any manners: raw bytes to and from a socket, each wait with a deadline.
final class RawConnection: Sendable {
    enum Failure: Error {
        case timedOut(got: String)
        case ended(got: String)
    }

    private let stream: UnixStream

    init(_ path: String) throws {
        stream = try UnixStream.connect(to: path)
    }

    var descriptor: Int32 { stream.descriptor.rawValue }

    /// Sends all bytes, waiting for room.
    func send(_ text: String) throws {
        try stream.send(Array(text.utf8))
    }

    /// Sends as many of the bytes as there is room for now.
    func sendWhatFits(_ bytes: [UInt8]) -> Int {
        max(0, Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT)))
    }

    /// Says that nothing more will be sent.
    func finishSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Waits until there is something to read or the other end is gone.
    func waitReadable(within duration: Duration = .seconds(20)) throws -> Bool {
        var poller = Poller()
        poller.add(descriptor, for: .reading)
        return try poller.wait(until: BootTime.now + duration)
    }

    /// The next `count` messages, without their zero bytes; nothing may come behind them.
    func messages(_ count: Int) throws -> [String] {
        var bytes: [UInt8] = []
        var zeros = 0
        while zeros < count {
            let more = try read()
            guard !more.isEmpty else { throw Failure.ended(got: String(decoding: bytes, as: UTF8.self)) }
            for byte in more where byte == 0 { zeros += 1 }
            bytes += more
        }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\0", omittingEmptySubsequences: false)
            .dropLast()
            .map(String.init)
    }

    /// All messages until the other end closes.
    func messagesUntilEnd() throws -> [String] {
        var bytes: [UInt8] = []
        while case let more = try read(), !more.isEmpty { bytes += more }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\0", omittingEmptySubsequences: false)
            .dropLast()
            .map(String.init)
    }

    /// What is there, waiting for it; empty at the end.
    private func read() throws -> [UInt8] {
        guard try waitReadable() else { throw Failure.timedOut(got: "") }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        // A server that closes with something of ours unread resets the connection.
        return count > 0 ? Array(buffer[..<count]) : []
    }
}
