import Glibc
import Logging
import Systemd

/// Where the daemon speaks.
enum DaemonLog {
    /// A logger that speaks to the journal where stderr leads there (systemd.exec(5), JOURNAL_STREAM), else to stderr.
    static func make(_ threshold: LogThreshold) -> Logger {
        let toJournal = errorsGoToJournal && Journal.isReachable
        return Logger(label: "jobd") { _ in
            if toJournal {
                JournalLogHandler(threshold: threshold)
            } else {
                StandardErrorLogHandler(threshold: threshold)
            }
        }
    }

    private static var errorsGoToJournal: Bool {
        guard let stream = getenv("JOURNAL_STREAM") else { return false }
        var status = stat()
        guard fstat(STDERR_FILENO, &status) == 0 else { return false }
        return String(cString: stream) == "\(status.st_dev):\(status.st_ino)"
    }
}
