import JobService
import JobStore
import Jobs
import Logging
import Systemd
import Threading

/// The monitor thread that tells the service manager in one line how jobd is: after changes, at most once a second.
final class StatusReporter: Sendable {
    private let service: JobService
    private let notifier: ServiceNotifier
    private let logger: Logger
    private let changed: Event
    private let stopped = Event()

    private static let pause = Duration.seconds(1)

    /// - Parameter changed: set by whoever changes something that the line speaks of.
    init(service: JobService, notifier: ServiceNotifier, logger: Logger, changed: Event) {
        self.service = service
        self.notifier = notifier
        self.logger = logger
        self.changed = changed
    }

    /// The body of the thread.
    func run() {
        while true {
            changed.wait()
            if stopped.isSet { return }
            changed.clear()
            do {
                try notifier.status(try line())
            } catch {
                logger.warning("the service manager was not told the status: \(error)")
            }
            if stopped.wait(until: .after(Self.pause)) { return }
        }
    }

    /// Makes `run` return.
    func stop() {
        stopped.set()
        changed.set()
    }

    /// `running 3, waiting 41`; what else waits is named where there is any.
    func line() throws -> String {
        let counts = try service.counts()
        func total(_ state: JobState.Name) -> Int {
            counts.queues.values.reduce(0) { $0 + ($1[state] ?? 0) }
        }
        var parts = ["running \(total(.running))", "waiting \(total(.ready))"]
        for state in [JobState.Name.scheduled, .blocked, .held] where total(state) > 0 {
            parts.append("\(state.rawValue) \(total(state))")
        }
        if service.shortage != nil { parts.append("too little room on the disk: nothing new is stored or started") }
        return parts.joined(separator: ", ")
    }
}
