/// A number of permits: whoever has one may go on, others wait.
public final class Semaphore: Sendable {
    private let free: Monitor<Int>
    private let released = Condition()

    /// How many permits there are in all; `nil` when more may be released than were acquired.
    public let limit: Int?

    /// Makes a semaphore.
    ///
    /// - Parameters:
    ///   - permits: how many are free at first; not negative.
    ///   - isBounded: whether there are never more than that: then releasing one too many is a trap. Anything else is
    ///     seldom meant, so that is the default.
    public init(permits: Int, isBounded: Bool = true) {
        precondition(permits >= 0, "A semaphore cannot have \(permits) permits")
        free = Monitor(permits)
        limit = isBounded ? permits : nil
    }

    /// Takes a permit; waits while there is none.
    ///
    /// - Returns: `false` when the deadline passed first, or the thread was asked to stop.
    @discardableResult public func acquire(until deadline: Deadline = .never) -> Bool {
        free.wait(on: released, until: deadline) { free in
            guard free > 0 else { return nil }
            free -= 1
            return true
        } ?? false
    }

    /// Takes a permit if there is one now.
    public func tryAcquire() -> Bool { acquire(until: .passed) }

    /// Gives back `count` permits.
    public func release(_ count: Int = 1) {
        precondition(count > 0, "A semaphore cannot release \(count) permits")
        free.withLock { free in
            free += count
            if let limit { precondition(free <= limit, "More permits were released than acquired") }
        }
        if count == 1 { released.signal() } else { released.broadcast() }
    }

    /// Runs `body` with a permit, and gives it back afterwards, also after an error.
    ///
    /// - Returns: what `body` returned; `nil` when there was no permit before the deadline, and `body` did not run.
    public func withPermit<R, E: Error>(until deadline: Deadline = .never, _ body: () throws(E) -> R) throws(E) -> R? {
        guard acquire(until: deadline) else { return nil }
        defer { release() }
        return try body()
    }
}
