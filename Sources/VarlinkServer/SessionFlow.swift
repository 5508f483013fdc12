import NIOConcurrencyHelpers

/// What other threads may know of a connection: whether its client is there, and whether it takes more.
final class SessionFlow: Sendable {
    typealias Callback = @Sendable () -> Void

    private struct State {
        var isOpen = true
        var isWritable = true
        /// Bytes of streams that were handed over and have not reached the channel.
        var queuedBytes = 0
        var resumptions: [Callback] = []
        var closeCallbacks: [UInt64: Callback] = [:]
    }

    private let state = NIOLockedValueBox(State())
    private let pauseAt: Int

    /// - Parameter pauseAt: the number of bytes on their way at which streams are to pause.
    init(pauseAt: Int) {
        self.pauseAt = pauseAt
    }

    /// Whether a stream should go on: the client is there and takes what it is sent.
    var canSend: Bool {
        state.withLockedValue { $0.isOpen && hasRoom($0) }
    }

    /// Whether the client is there.
    var isOpen: Bool {
        state.withLockedValue { $0.isOpen }
    }

    /// Counts bytes of a stream that were handed over.
    func queued(_ count: Int) {
        state.withLockedValue { $0.queuedBytes += count }
    }

    /// Counts bytes of streams that reached the channel.
    ///
    /// - Returns: who is to go on now.
    func sent(_ count: Int) -> [Callback] {
        state.withLockedValue { state in
            state.queuedBytes -= count
            return takeResumptions(&state)
        }
    }

    /// Notes whether the channel takes more.
    ///
    /// - Returns: who is to go on now.
    func writabilityChanged(to isWritable: Bool) -> [Callback] {
        state.withLockedValue { state in
            state.isWritable = isWritable
            return takeResumptions(&state)
        }
    }

    /// Notes that the client has gone.
    ///
    /// - Returns: who is to be told.
    func close() -> [Callback] {
        state.withLockedValue { state in
            state.isOpen = false
            let callbacks = takeResumptions(&state) + state.closeCallbacks.sorted { $0.key < $1.key }.map(\.value)
            state.closeCallbacks = [:]
            return callbacks
        }
    }

    /// Keeps `callback` until there is room or the client has gone.
    ///
    /// - Returns: false if that is so now; then it is not kept.
    func whenWritable(_ callback: @escaping Callback) -> Bool {
        state.withLockedValue { state in
            guard state.isOpen, !hasRoom(state) else { return false }
            state.resumptions.append(callback)
            return true
        }
    }

    /// Keeps `callback` until the client has gone or the call of that number is answered.
    ///
    /// - Returns: false if the client has gone; then it is not kept.
    func onClose(of number: UInt64, _ callback: @escaping Callback) -> Bool {
        state.withLockedValue { state in
            guard state.isOpen else { return false }
            state.closeCallbacks[number] = callback
            return true
        }
    }

    /// Lets go of what was kept for the call of that number.
    func finished(_ number: UInt64) {
        // Taken out under the lock, released after it: a callback may own things whose end has effects.
        _ = state.withLockedValue { $0.closeCallbacks.removeValue(forKey: number) }
    }

    private func hasRoom(_ state: State) -> Bool {
        state.isWritable && state.queuedBytes < pauseAt
    }

    private func takeResumptions(_ state: inout State) -> [Callback] {
        guard !state.isOpen || hasRoom(state) else { return [] }
        defer { state.resumptions = [] }
        return state.resumptions
    }
}
