import JobService
import JobStore
import Jobs
import Logging
import Threading

/// The monitor thread that tells the service manager in one line how jobd is: a tenth of a second after a change at
/// the latest.
///
/// It alone says that line, so that no other overwrites it, and it sends again what the manager had no room for.
final class StatusReporter: Sendable {
    /// What the line speaks of.
    private enum Phase {
        case running
        case draining(until: Deadline)
        /// What runs is being stopped.
        case ending
        /// Nothing more is said.
        case over
    }

    private let service: JobService
    private let notifications: Notifications
    private let logger: Logger
    private let changed: Event
    private let phase = Monitor(Phase.running)
    private let stopped = Event()

    private static let pause = Duration.milliseconds(100)

    /// - Parameter changed: set by whoever changes something that the line speaks of.
    init(service: JobService, notifications: Notifications, logger: Logger, changed: Event) {
        self.service = service
        self.notifications = notifications
        self.logger = logger
        self.changed = changed
    }

    /// The body of the thread.
    func run() {
        var told: String?
        var isDone = true
        while true {
            changed.wait(until: isDone ? .never : .after(Notifications.pause))
            if stopped.isSet { return }
            let isNews = changed.isSet
            changed.clear()
            ThreadProgress.during("telling the service manager") {
                if isNews, notifications.isHeard, let line = currentLine(), line != told {
                    notifications.status(line)
                    told = line
                }
                isDone = notifications.retry()
            }
            if stopped.wait(until: .after(Self.pause)) { return }
        }
    }

    /// Makes `run` return.
    func stop() {
        stopped.set()
        changed.set()
    }

    // MARK: Phases

    /// The line speaks of a drain from now on.
    func beginDrain(until deadline: Deadline) { enter(.draining(until: deadline)) }

    /// What runs is not waited for any longer.
    func endDrain() { enter(.ending) }

    /// Somebody else has said the last word.
    func beSilent() { enter(.over) }

    /// Something that the line speaks of has changed.
    func look() { changed.set() }

    private func enter(_ new: Phase) {
        phase.withLock { $0 = new }
        changed.set()
    }

    // MARK: The line

    private func currentLine() -> String? {
        do {
            return try line()
        } catch {
            logger.warning("the status is not known: \(error)")
            return nil
        }
    }

    /// `running 3, waiting 41`, and what else waits where there is any.
    ///
    /// In a drain how many are left, and how long it may take. `nil` where nothing is to be said any more.
    func line() throws(JobStoreError) -> String? {
        switch phase.withLock({ $0 }) {
        case .running: return try runningLine()
        case .draining(let deadline):
            let left = deadline.remaining.map { DurationText.text(.seconds($0.components.seconds)) }
            return "draining: \(service.runningCount) left\(left.map { ", \($0) at most" } ?? "")"
        case .ending: return "stopping: \(service.runningCount) left, which are being ended"
        case .over: return nil
        }
    }

    private func runningLine() throws(JobStoreError) -> String {
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
