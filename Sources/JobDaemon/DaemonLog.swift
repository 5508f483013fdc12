import Glibc
import Logging
import Systemd

/// Where the daemon speaks.
enum DaemonLog {
    /// A logger that speaks to the journal, or to stderr where there is none or a person looks at it.
    static func make(level: Logger.Level) -> Logger {
        let toJournal = isatty(STDERR_FILENO) != 1 && Journal.isReachable
        return Logger(label: "jobd") { _ in
            if toJournal { JournalLogHandler(logLevel: level) } else { StandardErrorLogHandler(logLevel: level) }
        }
    }
}
