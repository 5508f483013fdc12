import Logging
import Threading

/// The level from which on the daemon speaks: one for all of its loggers, so that it can change while they live.
final class LogThreshold: Sendable {
    private let current: Monitor<Logger.Level>

    init(_ level: Logger.Level) {
        current = Monitor(level)
    }

    var level: Logger.Level {
        get { current.withLock { $0 } }
        set { current.withLock { $0 = newValue } }
    }
}
