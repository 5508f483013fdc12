import NIOConcurrencyHelpers
import NIOCore

/// What other threads hand to the I/O thread.
///
/// The thread is woken once for all that was handed over since it last looked: waking it costs more than everything
/// else about a reply, and whoever answers a batch of calls answers them in one go.
final class Outbox: Sendable {
    /// Something for the I/O thread to do.
    enum Item: Sendable {
        /// A reply to the call of that number.
        case reply(NIOLoopBound<Session>, number: UInt64, bytes: [UInt8], isLast: Bool)
        /// Whatever else.
        case run(@Sendable () -> Void)
    }

    private struct State {
        var items: [Item] = []
        /// Whether somebody woke the thread, or is about to, and it has not looked yet.
        var isWaking = false
        /// How many threads are in the middle of answering a batch: the thread is woken when they are through.
        var batches = 0
        var isClosed = false
        /// To be kept once the thread has looked for the last time.
        var lastLook: EventLoopPromise<Void>?
    }

    private let state = NIOLockedValueBox(State())
    private let eventLoop: any EventLoop

    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    /// Hands something over.
    ///
    /// After ``close()`` it is dropped: there is nobody any more to do it.
    func put(_ item: Item) {
        let mustWake = state.withLockedValue { state in
            guard !state.isClosed else { return false }
            state.items.append(item)
            return Self.mustWake(&state)
        }
        // Not under the lock: this is a system call, and others want to hand over meanwhile.
        if mustWake { wake() }
    }

    /// Runs `body`, which hands over a batch; the thread is woken when it is whole.
    func putTogether(_ body: () -> Void) {
        state.withLockedValue { $0.batches += 1 }
        body()
        let mustWake = state.withLockedValue { state in
            state.batches -= 1
            return Self.mustWake(&state)
        }
        if mustWake { wake() }
    }

    /// Notes that the thread is about to be woken, if there is something for it and nobody else does it.
    private static func mustWake(_ state: inout State) -> Bool {
        guard !state.isWaking, state.batches == 0, !state.items.isEmpty, !state.isClosed else { return false }
        state.isWaking = true
        return true
    }

    private func wake() {
        eventLoop.execute { self.look() }
    }

    /// Drops what comes from now on.
    ///
    /// - Returns: when nothing of this outbox is on its way to the thread any more, so that it may end.
    func close() -> EventLoopFuture<Void> {
        let promise = eventLoop.makePromise(of: Void.self)
        let isQuiet = state.withLockedValue { state in
            state.isClosed = true
            if state.isWaking { state.lastLook = promise }
            return !state.isWaking
        }
        if isQuiet { promise.succeed() }
        return promise.futureResult
    }

    private func look() {
        let (items, lastLook) = state.withLockedValue { state in
            defer {
                state.items = []
                state.isWaking = false
            }
            return (state.items, state.lastLook)
        }
        var sessions: [Session] = []
        for item in items {
            switch item {
            case .reply(let session, let number, let bytes, let isLast):
                let session = session.value
                if session.deliver(bytes, to: number, isLast: isLast) { sessions.append(session) }
            case .run(let body): body()
            }
        }
        for session in sessions { session.finishDelivery() }
        lastLook?.succeed()
    }
}
