import JobService
import Logging
import Threading

/// Lets the configuration file hold as it is now, for everybody who goes by it.
struct Reloader: Sendable {
    let configuration: LiveConfiguration
    let service: JobService
    let journal: JobJournal
    let parts: ReloadedParts
    let threshold: LogThreshold
    let notifier: Notifications
    let logger: Logger

    /// - Returns: what has changed, each as a sentence for people.
    /// - Throws: where something is wrong with the file; the old configuration holds on then.
    func reload() throws -> [String] {
        notifier.reloading()
        defer { notifier.ready() }
        do {
            let changes = try configuration.reload { new, settings in
                let finish = try parts.prepare(new, file: configuration.file)
                try service.configure(settings).result()
                finish()
                journal.configure(new.queues)
                threshold.level = new.logLevel
            }
            let words = changes.isEmpty ? "nothing has changed" : changes.joined(separator: "; ")
            logger.log(.configurationReloaded, .notice, "reloaded the configuration: \(words)")
            return changes
        } catch {
            logger.log(
                .configurationRefused, .error, "the configuration was not reloaded, and the old one holds on: \(error)")
            throw error
        }
    }
}
