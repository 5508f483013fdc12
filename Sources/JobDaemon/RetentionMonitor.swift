import Glibc
import JobRunner
import JobService
import Jobs
import Logging
import Threading

/// The monitor thread that removes jobs which need not be kept any more, and what they printed.
final class RetentionMonitor: Sendable {
    private let service: JobService
    private let files: OutputFiles
    private let logger: Logger
    private let progress: ProgressRegister
    private let stopped = Event()
    private let thread = Monitor<DaemonThread?>(nil)

    /// It looks at least this often, and at most that often.
    private static let longestPause = Duration.seconds(600)
    private static let shortestPause = Duration.seconds(1)

    init(service: JobService, files: OutputFiles, logger: Logger, progress: ProgressRegister) {
        self.progress = progress
        self.service = service
        self.files = files
        self.logger = logger
    }

    /// Where jobs are kept for a short time only it looks more often.
    private var pause: Duration {
        let shortest = service.retention.ages.values.min() ?? Self.longestPause
        return min(max(shortest / 10, Self.shortestPause), Self.longestPause)
    }

    func start() throws(ThreadError) {
        let started = try DaemonThread(name: "retention") { [self] in progress.watch("retention") { run() } }
        thread.withLock { $0 = started }
    }

    private func run() {
        repeat {
            do {
                try service.removeRetiredJobs { [self] job in removeOutput(of: job) }
            } catch {
                // A ledger that has ended takes nothing more.
                if stopped.isSet { return }
                logger.error("jobs that ended long ago could not be removed: \(error)")
            }
        } while !stopped.wait(until: .after(pause))
    }

    /// Looks for nothing more; what is under way ends with the ledger.
    func stop() { stopped.set() }

    /// Waits for the thread's end; call `stop` before, and end the service.
    func join() { thread.withLock { $0 }?.join() }

    private func removeOutput(of job: RetiredJob) {
        guard job.attempts > 0 else { return }
        ThreadProgress.during("removing what jobs printed") { removeFiles(of: job) }
    }

    private func removeFiles(of job: RetiredJob) {
        for number in 1...job.attempts {
            let path = files.path(of: AttemptID(job: job.id, number: number))
            // An attempt that printed nothing has none.
            guard unlink(path) != 0, errno != ENOENT else { continue }
            logger.warning("\(path) could not be removed (error \(errno)): it stays behind")
        }
    }
}
