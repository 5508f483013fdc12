import Logging
import Systemd

/// Sends what the daemon says to the journal: each metadata `key` becomes the field `JOBD_KEY`, also those in a group,
/// and `message_id` the kind of the entry.
struct JournalLogHandler: LogHandler {
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
        var fields = [
            JournalField(.message, event.message.description), JournalField(.priority, event.level.syslogPriority),
            JournalField(.syslogIdentifier, "jobd"),
        ]
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        append(all, to: &fields)
        do {
            try Journal.send(fields)
        } catch {
            StandardErrorLogHandler.write("\(event.message) (not in the journal: \(error))", level: event.level)
        }
    }
}

extension JournalLogHandler {
    private func append(_ metadata: Logger.Metadata, to fields: inout [JournalField]) {
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            if case .dictionary(let group) = value {
                append(group, to: &fields)
            } else if key == Self.messageIDKey {
                fields.append(JournalField(.messageID, value.description))
            } else if let name = try? JournalField.Name("JOBD_" + key.uppercased()) {
                // A key that is no field name is a slip in our own code; the entry is worth more than the field.
                fields.append(JournalField(name, value.description))
            }
        }
    }

    /// In a group only: it is of no use to a person.
    static let messageIDKey = "message_id"
}

extension Logger.Level {
    /// syslog(3).
    var syslogPriority: Int {
        switch self {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
