/// A daemon thread that does the same thing again and again until it is told to stop, or nobody refers to it any more.
///
/// ```swift
/// let watch = try PeriodicThread(name: "disk-watch", every: .seconds(10)) {
///     try checkFreeSpace()
/// } onError: { error in
///     log("The free space is not known: \(error)")
///     return .goOn
/// }
/// …
/// watch.stop()
/// ```
public final class PeriodicThread: Sendable {
    /// What is to happen after an error.
    public enum AfterError: Sendable, Hashable {
        /// The next run comes as if nothing had happened.
        case goOn
        /// The thread ends.
        case stop
    }

    private let thread: DaemonThread

    /// Starts the thread; the first run comes at once.
    ///
    /// - Parameters:
    ///   - name: as for ``DaemonThread``.
    ///   - interval: the time between two runs; more than zero.
    ///   - pace: from when to when that time is measured.
    ///   - body: what is to be done. It may wait: ``requestStop()`` wakes it.
    ///   - onError: told what `body` threw, on the same thread, and decides how it goes on.
    /// - Throws: ``ThreadError`` when the system refuses another thread.
    public init(
        name: String, every interval: Duration, pace: Pace = .fixedRate(),
        _ body: @escaping @Sendable () throws -> Void,
        onError: @escaping @Sendable (any Error) -> AfterError
    ) throws(ThreadError) {
        precondition(interval > .zero, "The time between two runs must be more than zero, not \(interval)")
        thread = try DaemonThread(name: name) {
            let never = Event()
            var due = Deadline.now
            while !DaemonThread.isStopRequested {
                do {
                    try body()
                } catch {
                    if onError(error) == .stop { return }
                }
                due = pace.next(after: due, every: interval, now: .now)
                never.wait(until: due)
            }
        }
    }

    deinit { thread.requestStop() }

    /// The thread's name.
    public var name: String { thread.name }

    /// Tells the thread to end after the run that it is in, if any.
    public func requestStop() { thread.requestStop() }

    /// Tells the thread to end, and waits until it has.
    ///
    /// Not from its own body: that is a trap.
    ///
    /// - Returns: `false` when the deadline passed first.
    @discardableResult public func stop(until deadline: Deadline = .never) -> Bool {
        thread.requestStop()
        return thread.join(until: deadline)
    }

    /// Waits until the thread has ended: because of a ``requestStop()``, or of an error.
    ///
    /// - Returns: `false` when the deadline passed first.
    @discardableResult public func join(until deadline: Deadline = .never) -> Bool { thread.join(until: deadline) }
}
