import Glibc
import JobRunner
import JobService
import JobStoreSQLite
import Jobs
import Kernel
import Logging
import Systemd
import Threading

/// The daemon: builds everything in order, runs until it is told to stop, and takes everything down in order.
package struct JobDaemon {
    private let paths: DaemonPaths
    private let source: ConfigurationSource
    private let configuration: Configuration
    private let configurationFile: String?
    private let threshold: LogThreshold
    private let problems = RecentProblems()
    private let logger: Logger

    /// Runs the daemon in the foreground.
    ///
    /// - Returns: the exit code.
    package static func run(_ options: DaemonOptions) -> Int32 {
        attempt {
            let daemon = try JobDaemon(options)
            return try daemon.run()
        }
    }

    /// Says whether this program could go on with what a running one would leave.
    ///
    /// - Parameter question: what the running one asks.
    /// - Returns: the exit code.
    package static func checkTakeover(_ options: DaemonOptions, _ question: String) -> Int32 {
        do {
            _ = try JobDaemon(options)
            if let objection = TakeoverCheck.objection(to: question) {
                StandardErrorText.write(objection)
                return DaemonExit.unavailable
            }
            print(TakeoverCheck.consent)
            return DaemonExit.success
        } catch {
            StandardErrorText.write("\(error)")
            return error.exitCode
        }
    }

    /// Reads the configuration and says what is wrong with it.
    ///
    /// - Returns: the exit code.
    package static func checkConfiguration(_ options: DaemonOptions) -> Int32 {
        do {
            let daemon = try JobDaemon(options)
            print(daemon.configurationFile.map { "\($0): all is well" } ?? "no configuration file: the defaults hold")
            return DaemonExit.success
        } catch {
            // For the person who asked, not for the journal.
            StandardErrorText.write("\(error)")
            return error.exitCode
        }
    }

    private static func attempt(_ body: () throws -> Int32) -> Int32 {
        do {
            return try body()
        } catch let failure as DaemonFailure {
            DaemonLog.make(LogThreshold(.info)).log(failure.event, .critical, "\(failure)")
            // Where nobody listens there is nobody to tell; the exit code says it too.
            _ = try? ServiceNotifier().failed(errno: failure.errno, status: "\(failure)")
            return failure.exitCode
        } catch {
            DaemonLog.make(LogThreshold(.info)).log(.daemonFailed, .critical, "\(error)")
            return DaemonExit.system
        }
    }

    private init(_ options: DaemonOptions) throws(DaemonFailure) {
        let environment = ProcessEnvironment.variables
        paths = try DaemonPaths(options, environment: environment, isRoot: geteuid() == 0, user: geteuid())
        source = ConfigurationSource(
            path: paths.configuration, isRequired: paths.isConfigurationRequired, processors: Host.processorCount)
        do {
            (configuration, configurationFile) = try source.read()
        } catch {
            throw .configuration(error)
        }
        threshold = LogThreshold(configuration.logLevel)
        logger = DaemonLog.make(threshold, problems: problems)
    }

    private func run() throws -> Int32 {
        // Before any other thread: they all inherit the mask, and the umask of binding is the whole process's.
        signal(SIGPIPE, SIG_IGN)
        // A file that may not grow is an error of that write, not the end of the daemon.
        signal(SIGXFSZ, SIG_IGN)
        // One that was ignored when we were started, as nohup and scripts do, is to have no effect.
        let signals = SignalSet(
            [SIGTERM, SIGINT, SIGHUP].filter { !SignalSet.isIgnored($0) } + [RunningDaemon.wakeUpSignal])
        try signals.block()
        umask(0o077)
        let program = try DaemonProgram()
        var takeover = try Takeover.receive(process: getpid())
        let state: StateDirectory
        let listeners: Listeners
        if let takeover {
            state = StateDirectory(lock: takeover.lock)
            listeners = Listeners(takeover)
        } else {
            state = try StateDirectory(paths, logger: logger)
            listeners = try Listeners(path: paths.socket, isSystem: geteuid() == 0)
        }
        defer { listeners.removeOwn() }
        var failure: SystemError?
        var (configuration, file) = (configuration, configurationFile)
        while true {
            let running = try RunningDaemon(
                paths: paths, configuration: configuration, configurationFile: file, source: source,
                program: program, takeover: takeover, failure: failure, threshold: threshold,
                problems: problems, logger: logger)
            switch try running.run(listeners: listeners, signals: signals) {
            case .exit(let code): return withExtendedLifetime(state) { code }
            case .takeover(var next):
                next.lock = state.lockDescriptor
                failure = next.execute(program.path, program.arguments)
                // Still here: this program goes on with what it has let go of.
                takeover = next
                (configuration, file) = running.configurationNow
            }
        }
    }
}
