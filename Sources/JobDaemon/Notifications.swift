import Glibc
import Logging
import Systemd
import Threading

/// What the service manager is told, by a daemon that never waits for it.
///
/// Where the manager does not read, what it has no room for is kept and sent again by ``retry()``: of each kind only
/// the newest, in the order in which they were last said.
final class Notifications: Sendable {
    private enum Kind: Hashable {
        case ready, reloading, stopping, failed, moreTime, status
    }

    private struct Message {
        let kind: Kind
        let send: @Sendable (ServiceNotifier) throws(SystemdError) -> Bool
    }

    private let notifier = ServiceNotifier()
    private let logger: Logger
    private let kept = Monitor<[Message]>([])
    private let onKept: @Sendable () -> Void

    /// How often a full socket is tried again.
    static let pause = Duration.milliseconds(100)

    /// - Parameter onKept: called when something has to be sent again; on the thread that said it.
    init(logger: Logger, onKept: @escaping @Sendable () -> Void) {
        self.logger = logger
        self.onKept = onKept
    }

    /// Whether there is a service manager.
    var isHeard: Bool { getenv("NOTIFY_SOCKET") != nil }

    func ready(status: String? = nil) {
        tell(.ready) { notifier throws(SystemdError) in try notifier.ready(status: status) }
    }

    func reloading() { tell(.reloading) { notifier throws(SystemdError) in try notifier.reloading() } }

    func status(_ line: String) { tell(.status) { notifier throws(SystemdError) in try notifier.status(line) } }

    func stopping(status: String) {
        tell(.stopping) { notifier throws(SystemdError) in try notifier.stopping(status: status) }
    }

    func failed(errno: CInt, status: String) {
        tell(.failed) { notifier throws(SystemdError) in try notifier.failed(errno: errno, status: status) }
    }

    func extendTimeout(by length: Duration) {
        tell(.moreTime) { notifier throws(SystemdError) in try notifier.extendTimeout(by: length) }
    }

    /// Feeds the watchdog.
    ///
    /// It is not kept: what is true now may not be true later.
    func watchdog() {
        do {
            _ = try notifier.watchdog()
        } catch {
            logger.warning("the service manager's watchdog was not fed: \(error)")
        }
    }

    /// Sends what was kept, as far as there is room.
    ///
    /// - Returns: whether nothing is left.
    @discardableResult
    func retry() -> Bool { kept.withLock { send(&$0) } }

    /// Waits until the manager has read everything, but not for longer than this.
    func barrier(timeout: Duration) {
        let deadline = Deadline.after(timeout)
        let never = Event()
        while !deadline.isPast {
            if retry() {
                do {
                    _ = try notifier.barrier(timeout: deadline.remaining ?? timeout)
                    return
                } catch {
                    guard error.isFull else { return warn(error) }
                }
            }
            never.wait(until: min(deadline, .after(.milliseconds(10))))
        }
        logger.warning("the service manager does not read what it is told")
    }

    private func tell(_ kind: Kind, _ send: @escaping @Sendable (ServiceNotifier) throws(SystemdError) -> Bool) {
        let isDone = kept.withLock { kept in
            kept.removeAll { $0.kind == kind }
            kept.append(Message(kind: kind, send: send))
            return self.send(&kept)
        }
        if !isDone { onKept() }
    }

    /// In order; under the lock, because two threads must not overtake each other, and a send does not wait.
    private func send(_ kept: inout [Message]) -> Bool {
        while let message = kept.first {
            do {
                _ = try message.send(notifier)
            } catch {
                if error.isFull { return false }
                warn(error)
            }
            kept.removeFirst()
        }
        return true
    }

    private func warn(_ error: SystemdError) { logger.warning("the service manager was not told: \(error)") }
}
