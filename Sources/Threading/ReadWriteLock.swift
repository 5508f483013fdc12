/// A value that many threads may read at once, or one may change.
///
/// Fair in turns: a thread that waits to write keeps new readers out, and when a writer is done, all readers that came
/// meanwhile go before the next writer. So neither side can starve the other. (Brandenburg and Anderson, "Spin-Based
/// Reader-Writer Synchronization for Multiprocessor Real-Time Systems", call this phase-fair.)
///
/// Worth it when reading takes long, some microseconds at least; for less, a ``Monitor`` is quicker. Asking for the lock
/// again inside a body is not allowed: it may wait for itself for ever.
public final class ReadWriteLock<State: Sendable>: @unchecked Sendable {
    private let turns = Monitor(ReadWriteTurns())
    private let mayRead = Condition()
    private let mayWrite = Condition()
    // Changed by the one writer that has its turn, read by readers that have theirs.
    @exclusivity(unchecked) private var state: State

    /// Makes a lock around `state`.
    public init(_ state: State) { unsafe self.state = state }

    /// Runs `body` on the state while others may read it too.
    public func withReadLock<R, E: Error>(_ body: (State) throws(E) -> R) throws(E) -> R {
        DaemonThread.ignoringStop(beginReading)
        defer { endReading() }
        return try unsafe body(state)
    }

    /// Runs `body` on the state while nobody else has it.
    public func withWriteLock<R, E: Error>(_ body: (inout State) throws(E) -> R) throws(E) -> R {
        DaemonThread.ignoringStop(beginWriting)
        defer { endWriting() }
        return try unsafe body(&state)
    }

    private func beginReading() {
        var hasWaited = false
        _ = turns.wait(on: mayRead) { turns -> Bool? in
            let isIn = turns.beginReading(hasWaited: hasWaited)
            hasWaited = true
            return isIn ? true : nil
        }
    }

    private func endReading() { wake(turns.withLock { $0.endReading() }) }

    private func beginWriting() {
        var hasWaited = false
        _ = turns.wait(on: mayWrite) { turns -> Bool? in
            let isIn = turns.beginWriting(hasWaited: hasWaited)
            hasWaited = true
            return isIn ? true : nil
        }
    }

    private func endWriting() { wake(turns.withLock { $0.endWriting() }) }

    private func wake(_ next: ReadWriteTurns.Next) {
        switch next {
        case .readers: mayRead.broadcast()
        case .writer: mayWrite.signal()
        case .nobody: break
        }
    }
}
