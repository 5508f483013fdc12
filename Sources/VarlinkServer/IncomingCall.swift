package import Kernel
import NIOConcurrencyHelpers
import NIOCore
package import Varlink

/// A call that a client waits for, to be answered from any thread.
///
/// The first final answer counts, later ones are dropped. A call that is let go without one is failed, so that its
/// client does not wait for ever.
package final class IncomingCall: Sendable {
    /// The qualified name, `interface.Method`.
    package let method: String
    /// Who called, as the kernel knows it.
    package var peer: PeerCredentials { connection.peer }

    private let mode: Call.Mode
    private let number: UInt64
    private let connection: Connection
    private let state: NIOLockedValueBox<State>

    private struct State {
        var parameters: JSONObject
        var isAnswered = false
    }

    /// What all calls of one connection share.
    ///
    /// An object, so that a call holds one reference: two threads count references at the same time, and that costs
    /// more than following one.
    final class Connection: Sendable {
        let session: NIOLoopBound<Session>
        let peer: PeerCredentials
        let flow: SessionFlow
        let outbox: Outbox
        let messageBytes: Int
        /// The name of the error for what is the service's own fault.
        let internalError: String

        init(_ session: Session, _ flow: SessionFlow, _ surroundings: Session.Surroundings) {
            self.session = NIOLoopBound(session, eventLoop: surroundings.eventLoop)
            self.flow = flow
            peer = session.peer
            outbox = surroundings.outbox
            messageBytes = surroundings.limits.messageBytes
            internalError = surroundings.internalError
        }
    }

    init(_ call: Call, number: UInt64, connection: Connection) {
        method = call.method
        state = NIOLockedValueBox(State(parameters: call.parameters))
        mode = call.mode
        self.number = number
        self.connection = connection
    }

    deinit {
        guard !isAnswered else { return }
        send(Reply.error(internalError("the service dropped the call")).serialize)
    }

    /// The parameters; none after they were taken.
    package var parameters: JSONObject { state.withLockedValue { $0.parameters } }

    /// Hands out the parameters, which the call does not keep then.
    ///
    /// For who makes something else of them: so they need not wait for the answer, and to be freed by the thread that
    /// gives it.
    package func takeParameters() -> JSONObject {
        state.withLockedValue { state in
            defer { state.parameters = JSONObject() }
            return state.parameters
        }
    }

    /// Whether the client takes several replies.
    package var wantsMore: Bool { mode == .more }

    /// Whether the client takes no reply.
    ///
    /// It is answered like any other; the answer is dropped.
    package var isOneway: Bool { mode == .oneway }

    /// Answers the call; for a stream this is its last item.
    package func reply(_ parameters: JSONObject = [:]) {
        finish(Reply.final(parameters).serialize)
    }

    /// Answers the call with the parameters that `write` writes; it is not called where nobody takes them.
    package func reply(writing write: (inout JSONWriter) -> Void) {
        finish { bytes in Reply.serializeFinal(into: &bytes, write) }
    }

    /// Answers the call with an error.
    package func fail(_ error: VarlinkError) {
        finish(Reply.error(error).serialize)
    }

    /// Sends one of several replies.
    ///
    /// Where the client has not asked for several, the call fails with `ExpectedMore`. Ask ``canSend`` before: what is
    /// sent to a client that does not read waits in memory, and too much of it ends the connection.
    package func stream(_ parameters: JSONObject) {
        guard wantsMore else { return fail(.expectedMore) }
        guard !isAnswered else { return }
        let bytes = Self.bytes(of: Reply.continues(parameters).serialize)
        guard bytes.count <= connection.messageBytes else { return fail(tooLarge) }
        connection.flow.queued(bytes.count)
        put(bytes, isLast: false)
    }

    /// Whether the client is there and reads what it is sent.
    package var canSend: Bool { connection.flow.canSend }

    /// Whether nobody is there any more to take an answer.
    package var isClientGone: Bool { !connection.flow.isOpen }

    /// Runs `resume` once, on the I/O thread, as soon as ``canSend`` is true or the client has gone.
    ///
    /// It must not block.
    package func whenWritable(_ resume: @escaping @Sendable () -> Void) {
        guard !connection.flow.whenWritable(resume) else { return }
        connection.outbox.put(.run(resume))
    }

    /// Runs `callback` once, on the I/O thread, if the client goes before the call is answered.
    ///
    /// It must not block. Only the last one that was set counts.
    package func onClose(_ callback: @escaping @Sendable () -> Void) {
        guard !connection.flow.onClose(of: number, callback) else { return }
        connection.outbox.put(.run(callback))
    }

    /// Takes the connection out of the server: the call is answered by whoever gets it, with ``LateReply``.
    ///
    /// What else was asked on it has no answer any more.
    ///
    /// - Parameter done: runs on the I/O thread with a descriptor that the receiver must close; with `nil` where the
    ///   client has gone. It must not block.
    package func takeConnection(_ done: @escaping @Sendable (consuming Descriptor?) -> Void) {
        state.withLockedValue { $0.isAnswered = true }
        let session = connection.session
        connection.outbox.put(.run { done(session.value.takeConnection()) })
    }

    private var isAnswered: Bool { state.withLockedValue { $0.isAnswered } }

    private func finish(_ serialize: (inout [UInt8]) -> Void) {
        let isFirst = state.withLockedValue { state in
            defer { state.isAnswered = true }
            return !state.isAnswered
        }
        if isFirst { send(serialize) }
    }

    private func send(_ serialize: (inout [UInt8]) -> Void) {
        var bytes = isOneway ? [] : Self.bytes(of: serialize)
        if bytes.count > connection.messageBytes { bytes = Self.bytes(of: Reply.error(tooLarge).serialize) }
        put(bytes, isLast: true)
    }

    private func put(_ bytes: [UInt8], isLast: Bool) {
        connection.outbox.put(.reply(connection.session, number: number, bytes: bytes, isLast: isLast))
    }

    private var tooLarge: VarlinkError {
        internalError("the reply is larger than the \(connection.messageBytes) bytes that a message may have")
    }

    private func internalError(_ reason: String) -> VarlinkError {
        VarlinkError(connection.internalError, ["reason": .string(reason)])
    }

    private static func bytes(of serialize: (inout [UInt8]) -> Void) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        serialize(&bytes)
        return bytes
    }
}
