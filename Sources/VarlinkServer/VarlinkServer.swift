import Glibc
import Kernel
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Varlink

/// A Varlink service on Unix sockets, with one I/O thread (`io`) of its own.
package final class VarlinkServer: Sendable {
    private let methods: MethodTable
    private let limits: ServerLimits
    private let internalError: String
    private let batching: CallBatching
    private let count: ConnectionCount
    private let phase = NIOLockedValueBox(Phase.new)

    private enum Phase {
        case new
        case running(Running)
        case stopped
    }

    /// What a running server has.
    private struct Running: Sendable {
        let group: MultiThreadedEventLoopGroup
        let eventLoop: any EventLoop
        let outbox: Outbox
        let connections: NIOLoopBoundBox<Connections>
        let round: NIOLoopBoundBox<CallRound>
        var listeners: [any Channel] = []

        init(limits: ServerLimits, batching: CallBatching, count: ConnectionCount) {
            group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
            eventLoop = group.next()
            outbox = Outbox(eventLoop: eventLoop)
            connections = .makeBoxSendingValue(Connections(limits: limits, count: count), eventLoop: eventLoop)
            round = .makeBoxSendingValue(CallRound(batching, eventLoop: eventLoop), eventLoop: eventLoop)
        }
    }

    /// A connection beyond what its user, or all together, may have.
    private struct TooManyConnections: Error {}

    /// A server that is not running yet.
    ///
    /// - Parameters:
    ///   - service: what it says about itself.
    ///   - interfaces: what it offers, `org.varlink.service` aside, which it brings itself.
    ///   - internalError: the qualified name of the error with which a call is answered that the service let go
    ///     unanswered or whose reply is too large; its one parameter is the string `reason`.
    ///   - batching: what is done around calls that came together.
    ///   - count: is told how many clients are connected.
    package init(
        service: ServiceInfo, interfaces: [Interface], internalError: String, limits: ServerLimits = ServerLimits(),
        batching: CallBatching = .none, count: ConnectionCount = ConnectionCount()
    ) {
        methods = MethodTable(service: service, interfaces: interfaces)
        self.internalError = internalError
        self.limits = limits
        self.batching = batching
        self.count = count
    }

    /// Starts the I/O thread and serves those who connect to `listeners`.
    ///
    /// - Parameters:
    ///   - listeners: sockets that are bound and listen. They belong to the server from now on, also if this throws.
    ///   - onListenerLost: is called on the I/O thread if one of them breaks, that is, if nobody can connect any more.
    /// - Throws: ``SystemError`` if one of them is no listening socket; an error of NIO if it cannot be used.
    package func start(
        listeners: [Int32], onListenerLost: @escaping @Sendable (any Error) -> Void
    ) throws {
        do {
            for listener in listeners { try Self.checkListens(listener) }
        } catch {
            for listener in listeners { close(listener) }
            throw error
        }
        var running = Running(limits: limits, batching: batching, count: count)
        do {
            running.eventLoop.execute { Self.nameThread() }
            for listener in listeners {
                let channel = try bootstrap(running, onListenerLost).withBoundSocket(listener).wait()
                running.listeners.append(channel)
                // NIO has set its own backlog.
                try systemCall("listen") { listen(listener, limits.backlog) }
            }
        } catch {
            try end(running, within: .zero)
            throw error
        }
        phase.withLockedValue { $0 = .running(running) }
    }

    /// Ends the server: accepts no more, lets running calls be answered and sent for at most `duration`, closes all
    /// connections and ends the I/O thread.
    ///
    /// Blocks meanwhile; of no effect on a server that is not running.
    ///
    /// Streams end only when their calls are answered, so whoever feeds them should do that first.
    package func stop(within duration: Duration) throws {
        let before = phase.withLockedValue { phase in
            defer { phase = .stopped }
            return phase
        }
        guard case .running(let running) = before else { return }
        try end(running, within: duration)
    }

    /// Runs `body`, which answers a batch of calls: the I/O thread is woken once for all of it.
    ///
    /// Answers that other threads give meanwhile wait for its end, so it must not block.
    package func answerTogether(_ body: () -> Void) {
        guard case .running(let running) = phase.withLockedValue({ $0 }) else { return body() }
        running.outbox.putTogether(body)
    }

    /// Runs `done` on the I/O thread as soon as it gets to it; never, if the server does not run.
    package func ping(_ done: @escaping @Sendable () -> Void) {
        guard case .running(let running) = phase.withLockedValue({ $0 }) else { return }
        running.outbox.put(.run(done))
    }
}

/// Start and end of what runs.
extension VarlinkServer {
    private static func nameThread() {
        // For ps and top only. Where /proc is missing the thread keeps the name that NIO gave it.
        try? FileContent.write("io", to: "/proc/thread-self/comm")
    }

    private static func checkListens(_ socket: Int32) throws(SystemError) {
        var listens: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        try systemCall("getsockopt SO_ACCEPTCONN") { getsockopt(socket, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) }
        guard listens != 0 else { throw SystemError(call: "accept", code: EINVAL) }
    }

    private func bootstrap(
        _ running: Running, _ onListenerLost: @escaping @Sendable (any Error) -> Void
    ) -> ServerBootstrap {
        let pauseAt = limits.pauseAtOutboundBytes
        return ServerBootstrap(group: running.group)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    // Without descriptors or memory left, accepting waits a moment instead of spinning.
                    let backoff = AcceptBackoffHandler { _ in .milliseconds(100) }
                    let handler = ListenerHandler { [self] error in
                        if case .stopped = phase.withLockedValue({ $0 }) { return }
                        onListenerLost(error)
                    }
                    try channel.pipeline.syncOperations.addHandlers([backoff, handler])
                }
            }
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(
                .writeBufferWaterMark, value: ChannelOptions.Types.WriteBufferWaterMark(low: pauseAt / 4, high: pauseAt)
            )
            .childChannelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture { try admit(channel, running) }
            }
    }

    /// Makes a session of a new connection; whoever may not have one is disconnected by what this throws.
    private func admit(_ channel: any Channel, _ running: Running) throws {
        let connections = running.connections.value
        let pipeline = channel.pipeline.syncOperations
        let peer = try pipeline.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) { socket in
            try PeerCredentials.of(socket: socket)
        }
        guard let peer, connections.hasRoom(for: peer.user) else { throw TooManyConnections() }
        let surroundings = Session.Surroundings(
            eventLoop: channel.eventLoop, methods: methods, round: running.round.value, outbox: running.outbox,
            connections: connections, limits: limits, internalError: internalError)
        try pipeline.addHandler(Session(peer: peer, surroundings))
    }

    private func end(_ running: Running, within duration: Duration) throws {
        for listener in running.listeners {
            listener.close(promise: nil)
            try listener.closeFuture.wait()
        }
        let empty = running.eventLoop.makePromise(of: Void.self)
        running.eventLoop.execute { running.connections.value.stop(empty) }
        let patience = running.eventLoop.scheduleTask(in: TimeAmount(duration)) {
            running.connections.value.closeAll()
        }
        try empty.futureResult.wait()
        patience.cancel()
        try running.outbox.close().wait()
        try running.group.syncShutdownGracefully()
    }
}
