import JobService
import Logging
import Systemd
import Threading
import VarlinkServer

/// The monitor thread that feeds the service manager's watchdog, but only while the ledger and the I/O thread answer.
final class Watchdog: Sendable {
    private let interval: WatchdogInterval
    private let service: JobService
    private let server: VarlinkServer
    private let notifier: ServiceNotifier
    private let logger: Logger
    private let stopped = Event()

    init(
        _ interval: WatchdogInterval, service: JobService, server: VarlinkServer, notifier: ServiceNotifier,
        logger: Logger
    ) {
        self.interval = interval
        self.service = service
        self.server = server
        self.notifier = notifier
        self.logger = logger
    }

    /// The body of the thread.
    func run() {
        repeat {
            guard isHealthy() else {
                logger.error("the ledger or the I/O thread does not answer: the watchdog is not fed")
                continue
            }
            do {
                try notifier.watchdog()
            } catch {
                logger.warning("the service manager's watchdog was not fed: \(error)")
            }
        } while !stopped.wait(until: .after(interval.period))
    }

    /// Makes `run` return.
    func stop() { stopped.set() }

    /// Both threads that everything depends on have come round within the period.
    private func isHealthy() -> Bool {
        let deadline = Deadline.after(interval.period)
        let answered = Event()
        server.ping { answered.set() }
        let ledger = service.ping()
        guard (try? ledger.result(until: deadline)) != nil else { return false }
        return answered.wait(until: deadline)
    }
}
