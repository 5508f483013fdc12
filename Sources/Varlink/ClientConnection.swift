internal import Glibc
internal import Kernel

/// The client's end of a connection: bytes out, messages in.
///
/// While it sends it also takes in what arrives. A service that is not read from stops reading in its turn, so a
/// client that pipelines many calls would otherwise wait for it for ever.
struct ClientConnection {
    private static let readSize = 64 << 10

    private let closer: ConnectionCloser
    private var framer = MessageFramer()
    private var readBuffer: [UInt8] = []

    init(_ closer: ConnectionCloser) {
        self.closer = closer
    }

    private var socket: Int32 { closer.stream.descriptor.rawValue }

    /// Sends all bytes.
    mutating func send(_ bytes: [UInt8], until deadline: BootTime?) throws(VarlinkClientError) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                let rest = buffer[sent...]
                return Glibc.send(
                    socket, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count,
                    Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
            }
            if count >= 0 {
                sent += count
            } else if errno == EAGAIN {
                try waitToSend(until: deadline)
            } else if errno != EINTR {
                throw .connectionLost(code: errno)
            }
        }
    }

    /// The next message, through `parse`.
    mutating func receive<Message>(
        until deadline: BootTime?, _ parse: (Span<UInt8>) throws(MessageError) -> Message
    ) throws(VarlinkClientError) -> Message {
        while true {
            do {
                if let message = try framer.next(parse) { return message }
            } catch {
                throw .badReply(error.problem)
            }
            if deadline != nil {
                try wait(for: [.reading], until: deadline)
            }
            guard try read(flags: 0) else { throw .connectionLost(code: nil) }
        }
    }

    /// Waits until there is room for sending, taking in what arrives.
    private mutating func waitToSend(until deadline: BootTime?) throws(VarlinkClientError) {
        let ready = try wait(for: [.writing, .reading], until: deadline)
        // At the end of what arrives there may still be room: the next attempt to send tells.
        if ready[1], !ready[0] {
            guard try read(flags: Int32(MSG_DONTWAIT)) else { throw .connectionLost(code: nil) }
        }
    }

    @discardableResult
    private func wait(
        for interests: [Poller.Interest], until deadline: BootTime?
    ) throws(VarlinkClientError) -> [Bool] {
        var poller = Poller()
        for interest in interests { poller.add(socket, for: interest) }
        let isInTime: Bool
        do {
            isInTime = try poller.wait(until: deadline)
        } catch {
            throw .connectionLost(code: error.code)
        }
        guard isInTime else { throw .timedOut }
        return interests.indices.map { poller.isReady(at: $0) }
    }

    /// Takes in what is there, waiting for it unless `flags` forbid; false at the end.
    private mutating func read(flags: Int32) throws(VarlinkClientError) -> Bool {
        if readBuffer.isEmpty { readBuffer = [UInt8](repeating: 0, count: Self.readSize) }
        while true {
            let socket = socket
            let count = readBuffer.withUnsafeMutableBytes { recv(socket, $0.baseAddress, $0.count, flags) }
            if count >= 0 {
                readBuffer.withUnsafeBytes { framer.append(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
                return count > 0
            }
            if errno == EAGAIN { return true }
            if errno != EINTR { throw .connectionLost(code: errno) }
        }
    }
}
