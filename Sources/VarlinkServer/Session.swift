import Kernel
import NIOCore
import Varlink

/// One client's connection, on the I/O thread: bytes in, calls to their methods, replies out.
final class Session: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer

    /// What all connections share.
    struct Surroundings {
        let eventLoop: any EventLoop
        let methods: MethodTable
        let round: CallRound
        let outbox: Outbox
        let connections: Connections
        let limits: ServerLimits
        let internalError: String
    }

    let peer: PeerCredentials
    private let surroundings: Surroundings
    private let flow: SessionFlow
    private var state: SessionState
    private var framer: MessageFramer

    /// There from the channel's first to its last day.
    private var context: ChannelHandlerContext?
    /// What the calls share; not there when the channel has gone, because it holds this object.
    private var connection: IncomingCall.Connection?
    /// Whether the channel wanted to read and was held back.
    private var isReadHeld = false
    private var hasSeenEnd = false
    private var isClosing = false
    private var isInDelivery = false
    private var unreadBytes = 0
    private var unsentBytes = 0

    init(peer: PeerCredentials, _ surroundings: Surroundings) {
        self.peer = peer
        self.surroundings = surroundings
        flow = SessionFlow(pauseAt: surroundings.limits.pauseAtOutboundBytes)
        state = SessionState(limits: surroundings.limits)
        framer = MessageFramer(maximumSize: surroundings.limits.messageBytes)
    }
}

/// What the channel tells.
extension Session {
    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        connection = IncomingCall.Connection(self, flow, surroundings)
        surroundings.connections.add(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        connection = nil
        surroundings.connections.remove(self, unreadBytes: unreadBytes, unsentBytes: unsentBytes)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        unwrapInboundIn(data).withUnsafeReadableBytes { framer.append($0) }
        takeCalls()
        settle()
    }

    func read(context: ChannelHandlerContext) {
        if state.acceptsCalls {
            context.read()
        } else {
            isReadHeld = true
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent {
            hasSeenEnd = true
            takeCalls()
            settle()
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        let isWritable = context.channel.isWritable
        state.writabilityChanged(to: isWritable)
        for callback in flow.writabilityChanged(to: isWritable) { callback() }
        if isWritable {
            closeIfTooSlow()
            takeCalls()
            settle()
        }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        state.disconnected()
        hasSeenEnd = true
        for callback in flow.close() { callback() }
        takeCalls()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Whatever it is (the client reset the connection, say), it is about this connection only.
        context.close(promise: nil)
    }
}

/// What the outbox and the server tell.
extension Session {
    /// Takes a reply to the call of that number.
    ///
    /// - Returns: whether ``finishDelivery()`` is to be called for it and is not yet.
    func deliver(_ bytes: [UInt8], to number: UInt64, isLast: Bool) -> Bool {
        let isTaken = state.answered(number, with: bytes, isLast: isLast)
        if isLast { flow.finished(number) }
        if !isTaken, !isLast {
            for callback in flow.sent(bytes.count) { callback() }
        }
        defer { isInDelivery = true }
        return !isInDelivery
    }

    /// Sends what has been delivered, and goes on with what that makes room for.
    func finishDelivery() {
        isInDelivery = false
        sendReady()
        closeIfTooSlow()
        takeCalls()
        settle()
    }

    /// Ends the connection when what runs is answered and sent.
    func stop() {
        state.stop()
        settle()
    }

    /// Ends the connection here, and gives it away; `nil` where it has ended.
    func takeConnection() -> Descriptor? {
        guard let context else { return nil }
        defer { close() }
        let taken = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(
            of: NIOBSDSocket.Handle.self
        ) { socket in
            try? Descriptor.copy(of: socket).release()
        }
        guard let number = taken.flatMap({ $0 }) else { return nil }
        return Descriptor(owning: number)
    }

    /// Ends the connection at once.
    func close() {
        context?.close(promise: nil)
    }
}

/// What follows.
extension Session {
    /// Starts what may start, and takes in as many calls as have arrived and may be had.
    private func takeCalls() {
        startCalls()
        while state.acceptsCalls {
            do {
                let next = try framer.next { message throws(MessageError) in
                    (call: try Call(parsing: message), size: message.count)
                }
                guard let next else { break }
                let ordering = surroundings.methods[next.call.method].ordering
                state.received(next.call, ordering: ordering, size: next.size)
                startCalls()
            } catch {
                // As systemd's peers do: no reply, and nothing more from here. What came before is still answered.
                state.inputEnded()
            }
        }
        if hasSeenEnd, state.acceptsCalls { state.inputEnded() }
        countUnread()
    }

    private func startCalls() {
        while let (number, call) = state.nextToStart() {
            surroundings.round.begin()
            // Also when the channel has gone: calls that want no reply are still carried out.
            let connection = connection ?? IncomingCall.Connection(self, flow, surroundings)
            surroundings.methods[call.method].handler(IncomingCall(call, number: number, connection: connection))
        }
    }

    private func countUnread() {
        guard context != nil else { return }
        let change = framer.bufferedBytes - unreadBytes
        guard change != 0 else { return }
        unreadBytes += change
        if !surroundings.connections.countUnread(change, of: peer.user) { close() }
    }

    private func sendReady() {
        guard let context, context.channel.isActive, let (bytes, streamed) = state.takeReady() else { return }
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        if streamed > 0 {
            for callback in flow.sent(streamed) { callback() }
        }
    }

    /// Gives up on a client that lets too much pile up, here or on all connections of its user.
    private func closeIfTooSlow() {
        guard let context else { return }
        let change = waitingBytes(context) - unsentBytes
        guard change != 0 else { return }
        unsentBytes += change
        let mayWait = surroundings.connections.countUnsent(change, of: peer.user)
        if !mayWait || unsentBytes > surroundings.limits.closeAtOutboundBytes { context.close(promise: nil) }
    }

    /// What waits for the client to read, or for its turn; 0 where that is as much as any client may leave waiting.
    private func waitingBytes(_ context: ChannelHandlerContext) -> Int {
        guard !context.channel.isWritable || state.heldBytes > 0 else { return 0 }
        // The option is there as long as the channel is open; a closed one has nothing waiting.
        return ((try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0) + state.heldBytes
    }

    /// Closes the connection if nothing more can come of it, or reads on if more may come.
    private func settle() {
        guard let context, !isClosing else { return }
        if state.isFinished {
            isClosing = true
            let written = context.eventLoop.makePromise(of: Void.self)
            context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: written)
            written.futureResult.assumeIsolated().whenComplete { _ in self.close() }
        } else if isReadHeld, state.acceptsCalls {
            isReadHeld = false
            context.read()
        }
    }
}
