import Logging
import Systemd
import Threading

/// The monitor thread that feeds the service manager's watchdog, but only while everything that jobd stands on comes
/// round.
///
/// It looks three times in the time after which the manager ends the service, so that the journal names what is stuck
/// before that.
final class Watchdog: Sendable {
    private let interval: WatchdogInterval
    private let health: Health
    private let notifications: Notifications
    private let logger: Logger
    private let stopped = Event()

    init(_ interval: WatchdogInterval, health: Health, notifications: Notifications, logger: Logger) {
        self.interval = interval
        self.health = health
        self.notifications = notifications
        self.logger = logger
    }

    /// The body of the thread.
    func run() {
        var wasWell = true
        repeat {
            let problems = health.problems(within: interval.period)
            if stopped.isSet { return }
            if problems.isEmpty {
                if !wasWell { logger.log(.threadsWell, .notice, "everything comes round again: the watchdog is fed") }
                notifications.watchdog()
            }
            for problem in problems {
                logger.log(
                    .threadStuck, .error, "\(problem): the watchdog is not fed", fields: ["thread": problem.thread])
            }
            wasWell = problems.isEmpty
        } while !stopped.wait(until: .after(interval.period))
    }

    /// Makes `run` return.
    func stop() { stopped.set() }
}
