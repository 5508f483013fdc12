import Threading

/// The streams that clients follow, so that each can be ended with a word before the daemon goes.
final class OpenStreams: Sendable {
    private struct State {
        var lastNumber = 0
        var closers: [Int: @Sendable () -> Void] = [:]
        var isClosed = false
    }

    private let state = Monitor(State())

    /// Remembers a stream; `close` will be called once, unless it is removed before.
    ///
    /// - Returns: the number to remove it by.
    func insert(_ close: @escaping @Sendable () -> Void) -> Int {
        let (number, isClosed) = state.withLock { state in
            state.lastNumber += 1
            if !state.isClosed { state.closers[state.lastNumber] = close }
            return (state.lastNumber, state.isClosed)
        }
        if isClosed { close() }
        return number
    }

    func remove(_ number: Int) {
        state.withLock { _ = $0.closers.removeValue(forKey: number) }
    }

    func closeAll() {
        let closers = state.withLock { state in
            state.isClosed = true
            defer { state.closers = [:] }
            return state.closers.sorted { $0.key < $1.key }.map(\.value)
        }
        for close in closers { close() }
    }
}
