import Kernel
import Threading

/// The monitor thread that asks the service manager for more time while a start gets on: to bring a large store to a
/// newer schema, and to recover, can take longer than a manager waits.
///
/// A start gets on as long as its thread uses the processor. One that waits for a lock, or for a disk that does not
/// answer, uses none, and the manager ends it in its usual time.
final class StartWatch: Sendable {
    private let thread: PeriodicThread

    /// How often it looks, and how much time it asks for; systemd starts counting anew with each request.
    private static let step = Duration.seconds(5)
    private static let length = Duration.seconds(15)

    /// A start that has not come to an end by then goes round in circles.
    private static let longest = Duration.seconds(3600)

    /// Begins; for the thread that starts everything else.
    convenience init(_ notifications: Notifications) throws(ThreadError) {
        try self.init(every: Self.step, for: Self.longest, used: ThreadTime.clock()) {
            notifications.extendTimeout(by: Self.length)
            // An upgrade in place is a start as well, of a process whose watchdog runs.
            notifications.watchdog()
        }
    }

    /// - Parameters:
    ///   - used: the time of a processor that the start has used.
    ///   - extend: called at once, and then after each step in which it has used some.
    init(
        every step: Duration, for longest: Duration, used: @escaping @Sendable () -> Duration,
        extend: @escaping @Sendable () -> Void
    ) throws(ThreadError) {
        let end = Deadline.after(longest)
        let last = Monitor(Duration.zero)
        thread = try PeriodicThread(name: "start", every: step) {
            let now = used()
            let getsOn = last.withLock { last in
                defer { last = now }
                return now > last
            }
            if getsOn, !end.isPast { extend() }
        } onError: { _ in
            .goOn
        }
    }

    /// Asks for nothing more.
    func stop() { thread.stop() }
}
