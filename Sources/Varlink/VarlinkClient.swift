internal import Kernel

/// A blocking client on one connection to a service's Unix socket.
///
/// One thread uses it at a time; ``closer`` may be used by any. Replies come strictly in the order of the calls, so a
/// second conversation at the same time needs a second client.
public final class VarlinkClient {
    /// Ends the connection from any thread, and by that cancels what is waited for.
    public let closer: ConnectionCloser

    private var connection: ClientConnection
    /// The calls that are still to be answered, oldest first, from `answered` on.
    private var expected: [Call.Mode] = []
    private var answered = 0

    /// Connects to the socket at `path`.
    ///
    /// - Throws: ``VarlinkClientError/cannotConnect(path:code:)``.
    public init(connectingTo path: String) throws(VarlinkClientError) {
        do {
            closer = ConnectionCloser(try UnixStream.connect(to: path))
        } catch {
            throw .cannotConnect(path: path, code: error.code)
        }
        connection = ClientConnection(closer)
    }

    deinit { close() }

    /// Calls a method and waits for its reply, at most for `timeout`.
    ///
    /// - Throws: ``VarlinkError`` if that is the reply; ``VarlinkClientError`` if there is none.
    public func call(
        _ method: String, _ parameters: JSONObject = [:], within timeout: Duration? = nil
    ) throws -> JSONObject {
        try startConversation()
        try send(Call(method: method, parameters: parameters), within: timeout)
        switch try receive(within: timeout) {
        case .final(let parameters), .continues(let parameters): return parameters
        case .error(let error): throw error
        }
    }

    /// Calls a method that may reply many times.
    ///
    /// - Throws: ``VarlinkClientError``; an error reply is thrown by the stream.
    public func callMore(_ method: String, _ parameters: JSONObject = [:]) throws(VarlinkClientError) -> ReplyStream {
        try startConversation()
        try send(Call(method: method, parameters: parameters, mode: .more))
        return ReplyStream(client: self)
    }

    /// Calls a method without waiting for or ever learning its outcome.
    public func oneway(_ method: String, _ parameters: JSONObject = [:]) throws(VarlinkClientError) {
        try send(Call(method: method, parameters: parameters, mode: .oneway))
    }

    /// Sends a call; its reply is to be taken with ``receive(within:)``.
    ///
    /// Many calls may be sent before the first
    /// reply is taken.
    ///
    /// - Throws: ``VarlinkClientError``. After ``VarlinkClientError/timedOut`` the call may have gone out in part,
    ///   and the connection is closed.
    public func send(_ call: Call, within timeout: Duration? = nil) throws(VarlinkClientError) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        call.serialize(into: &bytes)
        do {
            try connection.send(bytes, until: Self.deadline(timeout))
        } catch {
            close()
            throw error
        }
        if call.mode != .oneway { expected.append(call.mode) }
    }

    /// The next reply to the oldest call that is not fully answered, waiting for it at most for `timeout`.
    ///
    /// - Throws: ``VarlinkClientError``.
    public func receive(within timeout: Duration? = nil) throws(VarlinkClientError) -> Reply {
        guard answered < expected.count else { throw .outOfTurn("there is no call left to be answered") }
        let reply = try connection.receive(until: Self.deadline(timeout)) { message throws(MessageError) in
            try Reply(parsing: message)
        }
        if case .continues = reply {
            guard expected[answered] == .more else {
                throw .badReply("more replies are announced than were asked for")
            }
        } else {
            finishOldest()
        }
        return reply
    }

    /// Ends the connection.
    ///
    /// Harmless if it has ended already.
    public func close() {
        closer.close()
    }

    private func startConversation() throws(VarlinkClientError) {
        guard answered == expected.count else { throw .outOfTurn("an earlier call is still to be answered") }
    }

    private func finishOldest() {
        answered += 1
        // Once half of the list is done it is worth moving the rest.
        if answered * 2 >= expected.count {
            expected.removeFirst(answered)
            answered = 0
        }
    }

    private static func deadline(_ timeout: Duration?) -> BootTime? {
        timeout.map { BootTime.now + $0 }
    }
}
