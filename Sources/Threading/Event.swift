/// A flag that threads can wait for.
///
/// Once set it lets everybody through, until it is cleared.
public final class Event: Sendable {
    private let flag = Monitor(false)
    private let changed = Condition()

    /// Makes an event that is not set.
    public init() {}

    /// Sets the flag and wakes all who wait for it.
    ///
    /// Setting it twice does nothing more.
    public func set() {
        flag.withLock { $0 = true }
        changed.broadcast()
    }

    /// Takes the flag down: whoever waits from now on waits for the next ``set()``.
    public func clear() { flag.withLock { $0 = false } }

    /// Whether the flag is up.
    ///
    /// By the time the answer is read another thread may have changed it.
    public var isSet: Bool { flag.withLock { $0 } }

    /// Waits until the flag is up.
    ///
    /// A flag that is set and at once cleared again may be missed by those who wait.
    ///
    /// - Returns: `true` when it is up, `false` when the deadline passed first.
    @discardableResult public func wait(until deadline: Deadline = .never) -> Bool {
        flag.wait(on: changed, until: deadline) { $0 ? true : nil } ?? false
    }
}
