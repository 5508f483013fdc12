package import Jobs

/// A setting of a queue that can be made while the daemon runs, and stays: it wins over the configuration's.
///
/// The names are stored, and the same as in the configuration.
package enum QueueSetting: String, Sendable, CaseIterable {
    case workers, rate, timeout, retries, backoff
    case killAfter = "kill_after"

    /// Reads a value, and makes the setting.
    package func apply(_ text: String, to settings: inout QueueSettings) throws(QueueSettingError) {
        switch self {
        case .workers: settings.workers = try integer(text, in: Limits.workersPerQueue)
        case .retries: settings.retries = try integer(text, in: Limits.retries)
        case .rate:
            guard let rate = StartRate(text) else { throw QueueSettingError(problem: "must be \(StartRate.rule)") }
            settings.rate = rate
        case .timeout: settings.timeout = try duration(text, from: .milliseconds(1), to: Limits.longestDuration)
        case .killAfter: settings.killAfter = try duration(text, from: .zero, to: Limits.longestKillAfter)
        case .backoff: settings.backoff = try duration(text, from: .zero, to: Limits.longestDuration)
        }
    }

    private func integer(_ text: String, in bounds: ClosedRange<Int>) throws(QueueSettingError) -> Int {
        guard let number = Int(text), bounds.contains(number) else {
            throw QueueSettingError(
                problem: "must be a whole number from \(bounds.lowerBound) to \(bounds.upperBound)")
        }
        return number
    }

    private func duration(
        _ text: String, from least: Duration, to longest: Duration
    ) throws(QueueSettingError) -> Duration {
        guard let duration = DurationText.duration(text), (least...longest).contains(duration) else {
            throw QueueSettingError(
                problem:
                    "must be \(DurationText.rule), from \(DurationText.text(least)) to \(DurationText.text(longest))")
        }
        return duration
    }
}

/// Why a text is no value of a setting.
package struct QueueSettingError: Error, Hashable {
    package let problem: String
}

/// That somebody paused a queue.
package struct QueuePause: Hashable, Sendable {
    /// What becomes of the jobs that run.
    package enum Mode: String, Sendable, CaseIterable {
        /// They go on.
        case drain
        /// They are frozen until the queue is resumed.
        case freeze
    }

    package let mode: Mode
    package let by: Actor
    package let since: Timestamp

    package init(mode: Mode, by: Actor, since: Timestamp) {
        self.mode = mode
        self.by = by
        self.since = since
    }
}

/// A queue as it is now.
package struct QueueStatus: Hashable, Sendable {
    /// What holds.
    package let settings: QueueSettings
    /// What the configuration says.
    package let configured: QueueSettings
    /// The settings that were made while the daemon ran.
    package let made: [QueueSetting]
    /// `nil` where it is not paused.
    package let pause: QueuePause?

    package init(
        settings: QueueSettings, configured: QueueSettings, made: [QueueSetting] = [], pause: QueuePause? = nil
    ) {
        self.settings = settings
        self.configured = configured
        self.made = made
        self.pause = pause
    }
}
