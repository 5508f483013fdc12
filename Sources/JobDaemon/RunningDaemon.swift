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
import VarlinkServer

/// All parts of the daemon, wired, from the opened store to the last notification.
final class RunningDaemon: Sendable {
    let configuration: LiveConfiguration
    let logger: Logger
    let store: SQLiteJobStore
    let storePath: String
    let context: DaemonContext
    private let journal: JobJournal
    private let runner: CommandRunner
    private let server: VarlinkServer
    let retention: RetentionMonitor
    let notifier: Notifications
    private let startWatch: StartWatch
    let progress: ProgressRegister
    let health: Health
    let reporter: StatusReporter
    let events: Queue<DaemonLifecycle.Event>
    let changed: Event
    let takeover: Takeover?
    /// Why the program could not become another one, where it has tried.
    let failure: SystemError?
    let signalsEnd = Event()
    /// The soft limit that jobs get.
    let openFileLimit: UInt64

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
        do {
            startWatch = try StartWatch(notifier)
        } catch {
            throw .server(error)
        }
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
        startWatch.stop()
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

    static func tell(_ events: Queue<DaemonLifecycle.Event>, _ event: DaemonLifecycle.Event) {
        do {
            try events.put(event)
        } catch {
            preconditionFailure("the queue of events is never shut down: \(error)")
        }
    }

    // MARK: The end

    /// Clients first, so that nobody asks a service that is gone; the store last.
    private func takeDown(_ listeners: Listeners) {
        listeners.close()
        endServing()
        context.service.stop()
        retention.join()
        store.close()
    }

    func endServing() {
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
