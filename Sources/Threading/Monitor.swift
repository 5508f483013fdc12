/// A value that can only be touched under its lock.
///
/// The state sits inside the lock, so there is no way to forget it. Threads that need the state to change first sleep
/// on a ``Condition``:
///
/// ```swift
/// let free = Monitor(3)
/// let returned = Condition()
///
/// func take(until deadline: Deadline) -> Bool {
///     free.wait(on: returned, until: deadline) { count -> Void? in
///         guard count > 0 else { return nil }  // not yet: sleep, then look again
///         count -= 1
///     } != nil
/// }
/// func giveBack() {
///     free.withLock { $0 += 1 }
///     returned.signal()
/// }
/// ```
///
/// Nothing that may block, and nothing of somebody else's that could call back, belongs into a body. Asking for the
/// same lock inside a body is a trap.
///
/// The state need not be `Sendable`: it is handed over when the monitor is made, and the compiler sees to it that a
/// body neither leaks a reference to it nor leaves one of its caller's in it.
public final class Monitor<State>: @unchecked Sendable {
    @usableFromInline let mutex = NativeMutex()
    // The lock is what makes accesses exclusive; checking that a second time at run time would only cost.
    @exclusivity(unchecked) @usableFromInline var state: State

    /// Makes a monitor that owns `state`.
    public init(_ state: consuming sending State) { unsafe self.state = state }

    deinit { mutex.destroy() }

    /// Runs `body` under the lock and gives what it returns; what it throws is thrown on after unlocking.
    @inlinable public func withLock<R, E: Error>(
        _ body: (inout sending State) throws(E) -> sending R
    ) throws(E) -> sending R {
        mutex.lock()
        defer { mutex.unlock() }
        return try unsafe body(&state)
    }

    /// Runs `body` under the lock again and again until it has an answer.
    ///
    /// `body` returns `nil` for "not yet": the thread then gives up the lock, sleeps until `condition` is signalled,
    /// and runs `body` again under the lock. It always runs at least once, and once more when the wait is over.
    ///
    /// - Parameters:
    ///   - condition: what those who change the state signal.
    ///   - deadline: when to give up; ``Deadline/never`` by default.
    ///   - body: looks at the state, changes it, and answers. It may run often, so it must change nothing when it
    ///     returns `nil`.
    /// - Returns: what `body` returned; `nil` only when the deadline passed first, or the thread was asked to stop
    ///   (``DaemonThread/requestStop()``).
    @inlinable public func wait<R, E: Error>(
        on condition: Condition, until deadline: Deadline = .never,
        _ body: (inout sending State) throws(E) -> sending R?
    ) throws(E) -> sending R? {
        mutex.lock()
        defer { mutex.unlock() }
        while true {
            if let answer = try unsafe body(&state) { return answer }
            guard condition.sleep(mutex, of: self, until: deadline) else { return try unsafe body(&state) }
        }
    }
}
