internal import CSystemd

/// How often the service manager wants to hear that the service is alive (`WatchdogSec=` of its unit).
public struct WatchdogInterval: Hashable, Sendable {
    /// The manager ends the service when it hears nothing for this long.
    public let timeout: Duration

    /// How often to send: a third of the timeout, so that one late message costs nothing.
    public var period: Duration { timeout / 3 }

    /// The interval that `WATCHDOG_USEC` asks of this process, nil where none does: the variable is not set, or
    /// `WATCHDOG_PID` names another process.
    ///
    /// Throws: `failed` with EINVAL where the variables make no sense.
    public static func asked() throws(SystemdError) -> WatchdogInterval? {
        var microseconds: UInt64 = 0
        let enabled = try SystemdError.check(
            "sd_watchdog_enabled", unsafe sd_watchdog_enabled(0, &microseconds))
        return enabled > 0 ? WatchdogInterval(timeout: .microseconds(Int64(clamping: microseconds))) : nil
    }
}
