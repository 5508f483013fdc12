import Glibc
import JobProtocol
import JobRunner
import JobService
import JobStore
import JobStoreSQLite
import Jobs
import Kernel
import Logging
import Systemd
import Threading
import Varlink
import VarlinkServer

/// All parts of the daemon, wired, from the opened store to the last notification.
final class RunningDaemon: Sendable {
    private let configuration: LiveConfiguration
    private let logger: Logger
    private let store: SQLiteJobStore
    private let storePath: String
    private let context: DaemonContext
    private let journal: JobJournal
    private let runner: CommandRunner
    private let server: VarlinkServer
    private let retention: RetentionMonitor
    private let notifier: Notifications
    private let progress: ProgressRegister
    private let health: Health
    private let reporter: StatusReporter
    private let events: Queue<DaemonLifecycle.Event>
    private let changed: Event
    private let takeover: Takeover?
    /// Why the program could not become another one, where it has tried.
    private let failure: SystemError?
    private let signalsEnd = Event()
    /// The soft limit that jobs get.
    private let openFileLimit: UInt64

    /// While draining, systemd is asked for this much more time, this often; and only while the ledger answers.
    private static let extensionStep = Duration.seconds(5)
    private static let extensionLength = Duration.seconds(15)

    /// What ending and recording may take on top of all graces.
    private static let slack = Duration.seconds(30)

    /// How long clients may take to read their last replies.
    private static let farewell = Duration.seconds(2)

    /// How it ended.
    enum End {
        case exit(code: Int32)
        /// It has let go of everything but this.
        case takeover(Takeover)
    }

    /// - Parameters:
    ///   - takeover: what goes on of the program that this process was before.
    ///   - failure: why that is still this program.
    init(
        paths: DaemonPaths, configuration: Configuration, configurationFile: String?, source: ConfigurationSource,
        program: DaemonProgram, takeover: Takeover?, failure: SystemError?, threshold: LogThreshold,
        problems: RecentProblems, logger: Logger
    ) throws(DaemonFailure) {
        self.logger = logger
        self.takeover = takeover
        self.failure = failure
        let events = Queue<DaemonLifecycle.Event>()
        let changed = Event()
        self.events = events
        self.changed = changed
        notifier = Notifications(logger: logger) { changed.set() }
        #if DEBUG
            progress = ProgressRegister(onWork: Wedge.hook)
        #else
            progress = ProgressRegister()
        #endif
        storePath = paths.store
        let opened = try OpenedStore(paths, keepFree: configuration.keepFree, logger: logger) { problem in
            Self.tell(events, .storeDamaged(problem))
        }
        store = opened.store
        let names = AccountNames()
        let watchers = JobWatchers()
        journal = JobJournal(
            logger: logger, queues: configuration.queues, names: names, watchers: watchers,
            onChange: { changed.set() },
            onStorageFailure: { reason in Self.tell(events, .storageFailed(reason)) })
        // Output ends before jobs are refused, and so cannot be why they are.
        let files = OutputFiles(folder: paths.output, keepFree: 2 * configuration.keepFree)
        // Before the daemon moves to a group below its own.
        let cgroup = (try? OwnProcess.cgroup()) ?? nil
        let containment: any Containment
        let units: UnitRunner?
        let administrators: UInt32?
        do throws(SystemError) {
            openFileLimit = if let takeover { takeover.openFileLimit } else { try OpenFileLimit.raise() }
            if let cgroups = CgroupContainment(store: store.identity, earlier: takeover?.delegation) {
                containment = cgroups
            } else {
                containment = try SessionContainment(store: store.identity)
            }
            let runners = RunnerContext(
                files: files, observer: journal, store: store.identity, openFileLimit: openFileLimit,
                credentials: Credentials(opener: opened.key, folder: paths.credentials))
            runner = try CommandRunner(containment: containment, context: runners)
            units = try UnitRunner.isAvailable ? UnitRunner(runners) : nil
            administrators = try Group.number(of: Authorizer.administratorsGroup)
        } catch {
            throw .system(error, doing: "prepare to run jobs")
        }
        let live = try LiveConfiguration(
            configuration, file: configurationFile, source: source, processes: runner.abilities,
            hasSystemd: units != nil, isRoot: geteuid() == 0)
        self.configuration = live
        let service = JobService(
            store: store, space: opened.space, containment: containment, units: units,
            runner: RoutingRunner(processes: runner, units: units),
            settings: live.serviceSettings,
            watchers: watchers, observer: journal, node: Host.name, now: { .now },
            progress: progress)
        let calls = progress.add("io")
        let batching = CallBatching(
            begin: {
                calls.begin("taking calls")
                service.gather()
            },
            end: {
                service.handOver()
                calls.end()
            })
        let connections = ConnectionCount()
        let facts = DaemonFacts(
            started: .now, user: geteuid(), stateDirectory: paths.stateDirectory, containment: containment.summary,
            hasCgroups: containment is CgroupContainment, cgroup: cgroup)
        let instruments = Instruments(
            store: store,
            usage: UsageReader(store: paths.store, stateDirectory: paths.stateDirectory, connections: connections),
            problems: problems, service: service, started: facts.started, isDraining: Event(),
            keepFree: configuration.keepFree)
        let metrics = MetricsEndpoint(isRoot: geteuid() == 0) { try instruments.metrics() }
        let userName = names.accountName(of: geteuid())
        let parts = ReloadedParts(
            authorizer: Authorizer(
                daemonUser: geteuid(), administrators: administrators,
                submitters: try Authorizer.Submitters(
                    group: configuration.submitGroup, isRoot: geteuid() == 0, userName: userName,
                    file: configurationFile)),
            metrics: metrics, userName: userName)
        context = DaemonContext(
            service: service, authorizer: parts.authorizer,
            names: names, files: files, readers: ThreadPoolExecutor(maxWorkers: 2, namePrefix: "read"),
            facts: facts, key: opened.key,
            reloader: Reloader(
                configuration: live, service: service, journal: journal, parts: parts, threshold: threshold,
                notifier: notifier, logger: logger), backups: Backups(store: store), instruments: instruments,
            metrics: metrics,
            reexecution: Reexecution(program: program, configuration: live) {
                Self.tell(events, .reexecRequested)
            })
        retention = RetentionMonitor(service: service, files: files, logger: logger, progress: progress)
        reporter = StatusReporter(service: service, notifications: notifier, logger: logger, changed: changed)
        do {
            server = VarlinkServer(
                service: ServiceInfo(
                    vendor: "jobd", product: "jobd", version: Version.text, url: "https://jobd.io"),
                interfaces: try DaemonInterfaces.make(context), internalError: "io.jobd.Daemon.InternalError",
                batching: batching, count: connections)
        } catch {
            throw .server(error)
        }
        health = Health(progress, service: service, server: server)
    }

    /// The configuration that holds, and the file that said so.
    var configurationNow: (Configuration, String?) { (configuration.configuration, configuration.file) }

    /// Recovers, serves, and returns when everything is down again.
    func run(listeners: Listeners, signals: SignalSet) throws -> End {
        do {
            return try serve(listeners: listeners, signals: signals)
        } catch {
            context.service.abandon()
            takeDown(listeners)
            // However it came up: who starts jobd again must know that it does not help.
            if let problem = store.damageFound { throw DaemonFailure.storage(.damaged(problem), path: storePath) }
            throw error
        }
    }

    private func serve(listeners: Listeners, signals: SignalSet) throws -> End {
        if takeover == nil {
            logger.log(.daemonStarting, .info, "jobd \(Version.text) starts", fields: ["version": Version.text])
        }
        notifier.status("starting: looking at what an earlier jobd left")
        do {
            let runs = takeover?.runs ?? []
            let lost = try context.service.start(adopting: runs) { [server] answers in
                server.answerTogether(answers)
            }
            try runner.sweepCredentials(sparing: runs.map(\.id))
            if !lost.isEmpty {
                // The journal has a line for each of them already.
                logger.log(
                    .daemonRecovered, .warning,
                    "an earlier jobd ended before \(lost.count) attempts did: what was left of them has been killed",
                    fields: ["lost": "\(lost.count)"])
            }
        } catch let error as RecoveryError {
            throw DaemonFailure.recovery(error)
        }
        try warnOfForgottenQueues()
        try server.start(listeners: listeners.copies()) { [events] error in
            Self.tell(events, .listenerLost("\(error)"))
        }
        let watchdog = try WatchdogInterval.asked().map { interval in
            Watchdog(interval, health: health, notifications: notifier, logger: logger)
        }
        var monitors = [
            try DaemonThread(name: "status") { [progress, reporter] in progress.watch("status") { reporter.run() } }
        ]
        if let watchdog { monitors.append(try DaemonThread(name: "watchdog") { watchdog.run() }) }
        try retention.start()
        let clock = ClockMonitor(service: context.service, logger: logger)
        // Never joined: it sleeps in the kernel until the process ends.
        _ = try DaemonThread(name: "clock") { clock.run() }
        // Joined only where the process goes on as another program: else it sleeps in sigwait until the end.
        let signalThread = try DaemonThread(name: "signals") { [events, signalsEnd] in
            Self.waitForSignals(signals, events, until: signalsEnd)
        }

        context.metrics.start(configuration.configuration.metrics, logger: logger)
        try context.service.open()
        logger.log(
            .daemonReady, .info, "jobd \(Version.text) is ready, \(context.facts.containment)",
            fields: ["version": Version.text])
        notifier.ready(status: try reporter.line())
        answerCallers()
        let code = live()

        reporter.stop()
        watchdog?.stop()
        for monitor in monitors { monitor.join() }
        guard let code else { return try leave(listeners, signalThread) }
        takeDown(listeners)
        logger.log(.daemonStopped, .info, "jobd has stopped")
        if code == DaemonExit.success { notifier.status("stopped, nothing runs any more") }
        notifier.barrier(timeout: .seconds(1))
        return .exit(code: code)
    }

    /// Jobs whose queue was taken out of the configuration wait for ever: that is worth a word.
    private func warnOfForgottenQueues() throws {
        let queues = configuration.configuration.queues
        for (queue, states) in try context.service.counts().queues.sorted(by: { $0.key < $1.key })
        where queues[queue] == nil {
            let waiting = states.filter { !$0.key.isFinal }.reduce(0) { $0 + $1.value }
            guard waiting > 0 else { continue }
            logger.log(
                .queueForgotten, .warning,
                "\(waiting) jobs wait in queue \(queue), which is not configured: they will not run",
                fields: ["queue": queue.text])
        }
    }

    private static func waitForSignals(
        _ signals: SignalSet, _ events: Queue<DaemonLifecycle.Event>, until end: Event
    ) {
        while let signal = try? signals.wait() {
            if signal == wakeUpSignal {
                if end.isSet { return }
                continue
            }
            // A terminal that goes away sends it too, and takes the daemon that runs in it along.
            tell(events, signal == SIGHUP && !hasTerminal ? .reloadRequested : .stopRequested)
        }
    }

    /// Whether it runs at somebody's terminal (tty(4)).
    private static var hasTerminal: Bool {
        let terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard terminal >= 0 else { return false }
        close(terminal)
        return true
    }

    private static func tell(_ events: Queue<DaemonLifecycle.Event>, _ event: DaemonLifecycle.Event) {
        do {
            try events.put(event)
        } catch {
            preconditionFailure("the queue of events is never shut down: \(error)")
        }
    }

    // MARK: Lifecycle

    /// Waits for events and does what they call for; returns the exit code, and `nil` where everything has been let go
    /// of.
    private func live() -> Int32? {
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

    // MARK: Becoming another program

    /// Only wakes the thread that takes signals, so that it ends.
    static let wakeUpSignal = SIGUSR2

    /// How long attempts that are just starting, or just ending, may take to be let go of.
    private static let patienceWithAttempts = Duration.seconds(20)

    /// How long the I/O thread may take to give a connection away.
    private static let patienceWithConnections = Duration.seconds(2)

    /// Lets go of the running attempts; where one cannot be let go of, everything goes on as before.
    private func letGo() -> Bool {
        logger.notice("asked to become the jobd that is installed now: running jobs go on")
        notifier.reloading()
        let stuck = context.service.detach(until: .after(Self.patienceWithAttempts))
        guard let first = stuck.first else { return true }
        context.service.reattach()
        let reason = "attempt \(first.number) of job \(first.job) cannot be handed over now"
        logger.error("jobd stays as it is: \(reason)")
        refuseReexec(ReexecCall.refused("\(reason); try again later"))
        notifier.ready()
        changed.set()
        return false
    }

    private func refuseReexec(_ error: VarlinkError) {
        for call in context.reexecution.takeCalls() { call.fail(error) }
    }

    /// Takes everything down but what goes on.
    private func leave(_ listeners: Listeners, _ signalThread: DaemonThread) throws -> End {
        let callers = takeCallers()
        endServing()
        let (runs, delegation) = context.service.stopDetached()
        retention.join()
        store.close()
        // A signal that comes from here on waits for the next program.
        signalsEnd.set()
        kill(getpid(), Self.wakeUpSignal)
        signalThread.join()
        if let code = passOnEvents() { return .exit(code: code) }
        notifier.watchdog()
        return .takeover(
            Takeover(
                process: getpid(), lock: -1, listeners: listeners.descriptors, ownSocket: listeners.ownPath,
                callers: callers, openFileLimit: openFileLimit, delegation: delegation, runs: runs))
    }

    /// The connections of those who wait for the new program.
    private func takeCallers() -> [Int32] {
        let taken = Monitor<[Int32]>([])
        for call in context.reexecution.takeCalls() {
            let done = Event()
            call.takeConnection { connection in
                if let number = connection?.release() { taken.withLock { $0.append(number) } }
                done.set()
            }
            done.wait(until: .after(Self.patienceWithConnections))
        }
        return taken.withLock { $0 }
    }

    /// Sees to it that what was asked meanwhile is not forgotten.
    ///
    /// - Returns: the exit code, where the store has failed and nothing may go on with it.
    private func passOnEvents() -> Int32? {
        while let event = try? events.get(until: .now) {
            switch event {
            case .stopRequested: kill(getpid(), SIGTERM)
            case .reloadRequested, .drained, .listenerLost: break
            case .reexecRequested: refuseReexec(JobError.shuttingDown.varlinkError)
            case .storageFailed(let reason), .storeDamaged(let reason):
                logger.critical("storage failed, so jobd stops: \(reason)")
                if case .storeDamaged = event { return DaemonExit.damaged }
                return DaemonExit.storage
            }
        }
        return nil
    }

    /// Tells those who asked the program before.
    private func answerCallers() {
        guard let takeover else { return }
        let running = takeover.runs.count
        if let failure {
            logger.error("jobd stays as it is: \(failure)")
        } else {
            logger.notice(
                "jobd \(takeover.version) has become jobd \(Version.text); \(running) running jobs go on")
        }
        let reply: Reply =
            failure.map { .error(ReexecCall.refused("\($0)")) }
            ?? .final(
                ReexecCall.Answer(oldVersion: takeover.version, version: Version.text, running: running).parameters)
        for caller in takeover.callers { LateReply.send(reply, on: Descriptor(owning: caller)) }
    }

    /// Clients first, so that nobody asks a service that is gone; the store last.
    private func takeDown(_ listeners: Listeners) {
        listeners.close()
        endServing()
        context.service.stop()
        retention.join()
        store.close()
    }

    private func endServing() {
        context.streams.closeAll()
        context.metrics.stop()
        do {
            try server.stop(within: Self.farewell)
        } catch {
            logger.warning("the I/O thread did not end well: \(error)")
        }
        context.backups.end()
        context.readers.shutDown()
        retention.stop()
        health.end()
    }
}
