import Glibc
import Logging

/// Writes what the daemon says to stderr: with a priority in front of each line (sd-daemon(3)) for whatever collects
/// it, without one for a person at a terminal.
struct StandardErrorLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    let threshold: LogThreshold

    /// For all loggers of the daemon.
    var logLevel: Logger.Level {
        get { threshold.level }
        set { threshold.level = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let details = all.sorted { $0.key < $1.key }.compactMap { key, value in
            // Groups are for programs that read the journal.
            if case .dictionary = value { nil } else { " \(key)=\(value)" }
        }.joined()
        Self.write(event.message.description + details, level: event.level)
    }

    /// One write for each line, so that lines of several threads do not mix.
    static func write(_ text: String, level: Logger.Level) {
        let prefix = isatty(STDERR_FILENO) == 1 ? "" : "<\(level.syslogPriority)>"
        // A message of several lines keeps its priority on each.
        for line in text.split(separator: "\n") {
            let bytes = Array("\(prefix)\(line)\n".utf8)
            _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
        }
    }
}
