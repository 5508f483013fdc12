import Glibc
import Logging
import Systemd

/// Where the daemon speaks.
enum DaemonLog {
    /// A logger that speaks to the journal where stderr leads there (systemd.exec(5), JOURNAL_STREAM), else to stderr.
    ///
    /// - Parameter problems: keeps what goes wrong for those who ask.
    static func make(_ threshold: LogThreshold, problems: RecentProblems = RecentProblems()) -> Logger {
        let toJournal = errorsGoToJournal && Journal.isReachable
        return Logger(label: "jobd") { _ in
            RememberingLogHandler(
                toJournal ? JournalLogHandler(threshold: threshold) : StandardErrorLogHandler(threshold: threshold),
                problems: problems)
        }
    }

    private static var errorsGoToJournal: Bool {
        guard let stream = getenv("JOURNAL_STREAM") else { return false }
        var status = stat()
        guard fstat(STDERR_FILENO, &status) == 0 else { return false }
        return String(cString: stream) == "\(status.st_dev):\(status.st_ino)"
    }
}
