/// A value that many threads may read at once, or one may change.
///
/// Fair in turns: a thread that waits to write keeps new readers out, and when a writer is done, all readers that came
/// meanwhile go before the next writer. So neither side can starve the other. (Brandenburg and Anderson, "Spin-Based
/// Reader-Writer Synchronization for Multiprocessor Real-Time Systems", call this phase-fair.)
///
/// Worth it when reading takes long, some microseconds at least; for less, a ``Monitor`` is quicker. Asking for the lock
/// again inside a body is not allowed: it may wait for itself for ever.
public final class ReadWriteLock<State: Sendable>: @unchecked Sendable {
    private struct Turns {
        var readers = 0
        var isWriting = false
        var waitingReaders = 0
        var waitingWriters = 0
        /// Readers that were waiting when a writer left, and may go in before the next one does.
        var admittedReaders = 0
    }

    private let turns = Monitor(Turns())
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
        var isWaiting = false
        _ = turns.wait(on: mayRead) { turns -> Bool? in
            if isWaiting, turns.admittedReaders > 0, !turns.isWriting {
                turns.admittedReaders -= 1
            } else if turns.isWriting || turns.waitingWriters > 0 || turns.admittedReaders > 0 {
                if !isWaiting { turns.waitingReaders += 1 }
                isWaiting = true
                return nil
            } else if isWaiting {
                turns.waitingReaders -= 1
            }
            turns.readers += 1
            return true
        }
    }

    private func endReading() {
        let isLast = turns.withLock { turns in
            turns.readers -= 1
            return turns.readers == 0
        }
        if isLast { mayWrite.signal() }
    }

    private func beginWriting() {
        var isWaiting = false
        _ = turns.wait(on: mayWrite) { turns -> Bool? in
            if turns.isWriting || turns.readers > 0 || turns.admittedReaders > 0 {
                if !isWaiting { turns.waitingWriters += 1 }
                isWaiting = true
                return nil
            }
            if isWaiting { turns.waitingWriters -= 1 }
            turns.isWriting = true
            return true
        }
    }

    private func endWriting() {
        let haveReaders = turns.withLock { turns in
            turns.isWriting = false
            turns.admittedReaders = turns.waitingReaders
            turns.waitingReaders = 0
            return turns.admittedReaders > 0
        }
        if haveReaders { mayRead.broadcast() } else { mayWrite.signal() }
    }
}
