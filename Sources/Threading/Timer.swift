/// A thread that does something once, after a while, unless it is cancelled before.
public final class Timer: Sendable {
    private enum State { case waiting, running, cancelled }

    private let state: Monitor<State>
    private let changed: Condition
    private let thread: DaemonThread

    /// Starts the wait.
    ///
    /// - Throws: ``ThreadError`` when the system refuses another thread.
    public init(
        after delay: Duration, name: String = "timer", _ body: @escaping @Sendable () -> Void
    ) throws(ThreadError) {
        let state = Monitor(State.waiting)
        let changed = Condition()
        let deadline = Deadline.after(delay)
        thread = try DaemonThread(name: name) {
            _ = state.wait(on: changed, until: deadline) { $0 == .cancelled ? true : nil }
            let isDue = state.withLock { state in
                guard state == .waiting else { return false }
                state = .running
                return true
            }
            if isDue { body() }
        }
        self.state = state
        self.changed = changed
    }

    /// Keeps the body from being run, if it has not begun.
    ///
    /// - Returns: `true` when it never will be run; `false` when it has begun.
    @discardableResult public func cancel() -> Bool {
        let isCancelled = state.withLock { state in
            if state == .waiting { state = .cancelled }
            return state == .cancelled
        }
        changed.signal()
        return isCancelled
    }

    /// Waits until the body was run, or the timer was cancelled and its thread is gone.
    ///
    /// - Returns: `false` when the deadline passed first.
    @discardableResult public func join(until deadline: Deadline = .never) -> Bool { thread.join(until: deadline) }
}
