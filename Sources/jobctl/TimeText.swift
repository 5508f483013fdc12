import Glibc
import Jobs

/// Spans of time, short enough for a column.
enum TimeText {
    private static let units: [(seconds: Int64, name: String)] = [
        (604_800, "w"), (86_400, "d"), (3600, "h"), (60, "m"), (1, "s"),
    ]

    /// How long ago something was, in the largest unit that fits: `3m ago`.
    static func age(_ duration: Duration) -> String {
        let seconds = duration.components.seconds
        guard seconds > 0 else { return "now" }
        return "\(largestUnit(seconds)) ago"
    }

    /// In how long something will be: `in 4m`.
    ///
    /// Rounded up, and in a unit small enough that what was asked for is what is read.
    static func countdown(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        guard seconds > 0 || attoseconds > 0 else { return "now" }
        let whole = seconds + (attoseconds > 0 ? 1 : 0)
        let unit = units.first { whole >= 2 * $0.seconds } ?? (1, "s")
        let rounded = (whole + unit.seconds - 1) / unit.seconds
        return "in \(rounded)\(unit.name)"
    }

    /// How long something took: `250ms`, `2.5s`, `42s`, `3m05s`, `1h02m`, `2d03h`.
    static func span(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let milliseconds = attoseconds / 1_000_000_000_000_000
        guard seconds >= 0, milliseconds >= 0 else { return "0ms" }
        if seconds == 0 { return "\(milliseconds)ms" }
        if seconds < 10 { return "\(seconds).\(milliseconds / 100)s" }
        if seconds < 60 { return "\(seconds)s" }
        if seconds < 3600 { return "\(seconds / 60)m\(twoDigits(seconds % 60))s" }
        if seconds < 86_400 { return "\(seconds / 3600)h\(twoDigits(seconds / 60 % 60))m" }
        return "\(seconds / 86_400)d\(twoDigits(seconds / 3600 % 24))h"
    }

    /// An instant to the second: `2026-11-22T09:51:00Z`.
    static func instant(_ time: Timestamp) -> String { time.description.prefix(19) + "Z" }

    private static func largestUnit(_ seconds: Int64) -> String {
        let unit = units.first { seconds >= $0.seconds } ?? (1, "s")
        return "\(seconds / unit.seconds)\(unit.name)"
    }

    private static func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

    /// The wall clock's time of this call.
    static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}
