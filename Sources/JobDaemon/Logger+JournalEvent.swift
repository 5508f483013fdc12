import Logging

extension Logger {
    /// Says something that the journal knows the kind of.
    ///
    /// - Parameters:
    ///   - metadata: fields that are shown to people at a terminal as well.
    ///     An `event` among them says more exactly what happened than the kind does.
    ///   - fields: fields of the journal alone, by names without `JOBD_`.
    func log(
        _ event: JournalEvent, _ level: Logger.Level, _ message: @autoclosure () -> Logger.Message,
        metadata: Logger.Metadata = [:], fields: [String: String] = [:]
    ) {
        guard logLevel <= level else { return }
        var group = fields
        group[JournalLogHandler.messageIDKey] = event.id
        if metadata["event"] == nil { group["event"] = event.word }
        var all = metadata
        all["entry"] = .dictionary(group.mapValues { .string($0) })
        log(level: level, message(), metadata: all)
    }
}
