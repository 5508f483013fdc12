/// Durations as people write them, the way systemd.time(7) reads them: `90`, `90s`, `1h 30min`, `250ms`.
package enum DurationText {
    private static let units: [(names: [String], nanoseconds: Int64)] = [
        (["ns", "nsec"], 1),
        (["us", "µs", "usec"], 1_000),
        (["ms", "msec"], 1_000_000),
        (["s", "sec", "second", "seconds"], 1_000_000_000),
        (["m", "min", "minute", "minutes"], 60_000_000_000),
        (["h", "hr", "hour", "hours"], 3_600_000_000_000),
        (["d", "day", "days"], 86_400_000_000_000),
        (["w", "week", "weeks"], 604_800_000_000_000),
    ]

    /// What a duration may look like, for messages.
    package static let rule = "a duration like \"90s\", \"1h 30min\" or \"250ms\""

    /// Reads a sum of numbers with units; a number without one is seconds.
    ///
    /// `nil` where it is no duration, or one beyond `Limits.longestDuration`.
    package static func duration(_ text: some StringProtocol) -> Duration? {
        var rest = Substring(text)
        var total = Duration.zero
        var isEmpty = true
        while true {
            rest = rest.drop(while: \.isWhitespace)
            if rest.isEmpty { break }
            let digits = rest.prefix { ("0"..."9").contains($0) || $0 == "." }
            rest = rest.dropFirst(digits.count).drop(while: \.isWhitespace)
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let part = part(digits, unit) else { return nil }
            total += part
            guard total <= Limits.longestDuration else { return nil }
            isEmpty = false
        }
        return isEmpty ? nil : total
    }

    private static func part(_ digits: Substring, _ unit: Substring) -> Duration? {
        guard digits.first != ".", digits.last != ".", let number = Double(digits), number <= 1e12 else { return nil }
        let scale = unit.isEmpty ? 1_000_000_000 : units.first { $0.names.contains(String(unit)) }?.nanoseconds
        guard let scale else { return nil }
        // Whole numbers exactly; a fraction as exactly as it was meant.
        if let whole = Int64(digits) {
            let (product, overflow) = whole.multipliedReportingOverflow(by: scale)
            return overflow ? nil : .nanoseconds(product)
        }
        let nanoseconds = (number * Double(scale)).rounded()
        return nanoseconds < 9e18 ? .nanoseconds(Int64(nanoseconds)) : nil
    }

    /// A duration for people, in the two largest units that say something: `1h 30min`, `2.5s`, `250ms`.
    package static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let milliseconds = attoseconds / 1_000_000_000_000_000
        if seconds == 0 {
            return milliseconds > 0 || attoseconds == 0 ? "\(milliseconds)ms" : "\(attoseconds / 1_000_000_000_000)us"
        }
        if seconds < 10, milliseconds >= 100 { return "\(seconds).\(milliseconds / 100)s" }
        let parts = [
            (seconds / 86_400, "d"), (seconds / 3600 % 24, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s"),
        ]
        let first = parts.firstIndex { $0.0 > 0 } ?? 3
        return parts[first...].prefix(2).filter { $0.0 > 0 }.map { "\($0.0)\($0.1)" }.joined(separator: " ")
    }
}
