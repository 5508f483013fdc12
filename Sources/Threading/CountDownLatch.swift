/// Lets threads wait until something has happened a number of times.
///
/// For one use.
public final class CountDownLatch: Sendable {
    private let left: Monitor<Int>
    private let opened = Condition()

    /// Makes a latch that opens after `count` steps; with 0 it is open.
    public init(count: Int) {
        precondition(count >= 0, "A latch cannot wait for \(count) steps")
        left = Monitor(count)
    }

    /// Takes one step.
    ///
    /// Once the latch is open it does nothing more.
    public func countDown() {
        let left = left.withLock { left in
            left = max(0, left - 1)
            return left
        }
        if left == 0 { opened.broadcast() }
    }

    /// How many steps are left.
    public var count: Int { left.withLock { $0 } }

    /// Waits until the latch is open.
    ///
    /// - Returns: `false` when the deadline passed first, or the thread was asked to stop.
    @discardableResult public func wait(until deadline: Deadline = .never) -> Bool {
        left.wait(on: opened, until: deadline) { $0 == 0 ? true : nil } ?? false
    }
}
