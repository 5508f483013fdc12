import Glibc
import JobProtocol
import JobService
import Jobs
import Logging
import Systemd
import Threading

/// What happens to a daemon that serves, until it ends.
extension RunningDaemon {
    /// While draining, systemd is asked for this much more time, this often; and only while the ledger answers.
    private static let extensionStep = Duration.seconds(5)
    private static let extensionLength = Duration.seconds(15)

    /// What ending and recording may take on top of all graces.
    private static let slack = Duration.seconds(30)

    /// Waits for events and does what they call for; returns the exit code, and `nil` where everything has been let go
    /// of.
    func live() -> Int32? {
        let own = progress.add("jobd")
        var lifecycle = DaemonLifecycle()
        let hurry = Event()
        var deadline = Deadline.never
        var lastExtension = Deadline.never
        while true {
            let next = lifecycle.isDraining ? Deadline.after(Self.extensionStep) : .never
            guard let event = try? events.get(until: next) else {
                // A drain that takes longer than everything in it may take is stuck: then the service manager decides.
                if !lastExtension.isPast { extendTimeout() }
                continue
            }
            own.begin("answering an event")
            defer { own.end() }
            switch lifecycle.apply(event) {
            case .none: break
            case .reload:
                do {
                    _ = try context.reloader.reload()
                } catch {
                    // It has been said, and the old configuration holds on.
                }
            case .reexec:
                if letGo() { return nil }
            case .refuseReexec: refuseReexec(JobError.shuttingDown.varlinkError)
            case .drain:
                deadline = .after(configuration.configuration.drainTimeout)
                lastExtension = deadline.advanced(by: longestGrace + Self.slack)
                beginDrain(until: deadline, hurry: hurry, because: event)
            case .hurry:
                logger.log(.stopHurried, .notice, "asked to stop again: running jobs are stopped now")
                lastExtension = .after(longestGrace + Self.slack)
                reporter.endDrain()
                hurry.set()
                context.service.hurryDrain()
            case .abandon(let code):
                if case .storageFailed(let reason) = event {
                    logger.log(
                        .storageFailed, .critical,
                        "storage failed, so nothing more is acknowledged and jobd stops: \(reason)")
                    reporter.beSilent()
                    notifier.failed(errno: EIO, status: "storage failed: \(reason)")
                }
                if case .storeDamaged(let problem) = event {
                    let words = DaemonFailure.instructions(problem, store: storePath)
                    logger.log(.storeDamaged, .critical, "\(words)")
                    reporter.beSilent()
                    notifier.failed(errno: EIO, status: words)
                }
                context.service.abandon()
                return code
            case .exit(let code):
                return code
            }
        }
    }

    /// What a stopped attempt may take to end.
    private var longestGrace: Duration { context.service.queues.map(\.settings.killAfter).max() ?? .zero }

    private func beginDrain(until deadline: Deadline, hurry: Event, because event: DaemonLifecycle.Event) {
        if case .listenerLost(let reason) = event { logger.log(.listenerLost, .error, "the socket is lost: \(reason)") }
        let running = context.service.runningCount
        logger.log(
            .daemonStopping, .info, "stopping: nothing more is started, \(running) running",
            fields: ["running": "\(running)"])
        context.isDraining.set()
        notifier.stopping(status: "draining: \(running) left")
        reporter.beginDrain(until: deadline)
        extendTimeout()
        let service = context.service
        let events = events
        do {
            // Joined by nobody: its last act is to say that it is done.
            _ = try DaemonThread(name: "drain") { [self] in
                service.close()
                service.drain(until: MachineShutdown.isUnderWay ? shorten(deadline) : deadline, orWhen: hurry)
                Self.tell(events, .drained)
            }
        } catch {
            logger.error("no thread for the drain, so running jobs are stopped now: \(error)")
            hurry.set()
            service.drain(until: deadline, orWhen: hurry)
            Self.tell(events, .drained)
        }
    }

    /// The machine goes down: who waits for that waits less long.
    private func shorten(_ deadline: Deadline) -> Deadline {
        let shorter = min(deadline, .after(configuration.configuration.shutdownTimeout))
        let left = DurationText.text(.seconds(shorter.remaining?.components.seconds ?? 0))
        logger.log(.machineStopping, .notice, "the machine shuts down: running jobs have \(left) to end")
        reporter.beginDrain(until: shorter)
        return shorter
    }

    /// Asks the service manager for more time, as long as everything comes round: its watchdog does not look during a
    /// stop, and a hung drain must not last for ever.
    private func extendTimeout() {
        let problems = health.problems(within: Self.extensionStep)
        for problem in problems {
            logger.log(
                .threadStuck, .error, "\(problem): the service manager is not asked for more time",
                fields: ["thread": problem.thread])
        }
        if problems.isEmpty { notifier.extendTimeout(by: Self.extensionLength) }
        // How much time is left is part of the line.
        reporter.look()
    }
}
