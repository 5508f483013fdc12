import Glibc
import JobProtocol
import JobService
import JobStoreSQLite
import Jobs
import Kernel
import Logging
import Threading
import Varlink
import VarlinkServer

/// How the process becomes another program: it lets go of what runs, and the program to come takes it up.
extension RunningDaemon {
    /// Only wakes the thread that takes signals, so that it ends.
    static let wakeUpSignal = SIGUSR2

    /// How long attempts that are just starting, or just ending, may take to be let go of; less than what the watchdog
    /// allows for one piece of work.
    private static let patienceWithAttempts = Duration.seconds(8)

    /// How long the I/O thread may take to give a connection away.
    private static let patienceWithConnections = Duration.seconds(2)

    /// Lets go of the running attempts; where one cannot be let go of, everything goes on as before.
    func letGo() -> Bool {
        logger.log(
            .upgradeBegun, .notice, "asked to become the jobd that is installed now: running jobs go on",
            fields: ["version": Version.text])
        notifier.reloading()
        let stuck = context.service.detach(until: .after(Self.patienceWithAttempts))
        guard let first = stuck.first else { return true }
        context.service.reattach()
        let reason = "attempt \(first.number) of job \(first.job) cannot be handed over now"
        logger.log(.upgradeRefused, .error, "jobd stays as it is: \(reason)")
        refuseReexec(ReexecCall.refused("\(reason); try again later"))
        notifier.ready()
        changed.set()
        return false
    }

    func refuseReexec(_ error: VarlinkError) {
        for call in context.reexecution.takeCalls() { call.fail(error) }
    }

    /// Takes everything down but what goes on.
    func leave(_ listeners: Listeners, _ signalThread: DaemonThread) throws -> End {
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
            case .storageFailed(let reason):
                logger.log(.storageFailed, .critical, "storage failed, so jobd stops: \(reason)")
                return DaemonExit.storage
            case .storeDamaged(let problem):
                logger.log(
                    .storeDamaged, .critical, "\(DaemonFailure.instructions(problem, store: storePath))")
                return DaemonExit.damaged
            }
        }
        return nil
    }

    /// Tells those who asked the program before.
    func answerCallers() {
        guard let takeover else { return }
        let running = takeover.runs.count
        if let failure {
            logger.log(.upgradeRefused, .error, "jobd stays as it is: \(failure)")
        } else {
            logger.log(
                .upgraded, .notice,
                "jobd \(takeover.version) has become jobd \(Version.text); \(running) running jobs go on",
                fields: ["version": Version.text, "running": "\(running)"])
        }
        let reply: Reply =
            failure.map { .error(ReexecCall.refused("\($0)")) }
            ?? .final(
                ReexecCall.Answer(oldVersion: takeover.version, version: Version.text, running: running).parameters)
        for caller in takeover.callers { LateReply.send(reply, on: Descriptor(owning: caller)) }
    }
}
