/// How many jobs a queue may start per time: `100/1min`.
package struct StartRate: Hashable, Sendable, CustomStringConvertible {
    /// At least 1.
    package let starts: Int
    package let per: Duration

    package init(starts: Int, per: Duration) {
        self.starts = starts
        self.per = per
    }

    /// What a rate may look like, for messages.
    package static let rule = "a number of starts and a time, like \"10/s\", \"100/1min\" or \"5/12h\""

    private static let mostStarts = 1_000_000

    /// Reads `N/TIME`, where the time may be a unit alone; `nil` where it is no rate.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let starts = Int(parts[0]), (1...Self.mostStarts).contains(starts),
            let first = parts[1].first,
            let per = DurationText.duration(first.isNumber ? String(parts[1]) : "1" + parts[1]), per > .zero
        else { return nil }
        self.init(starts: starts, per: per)
    }

    package var description: String { "\(starts)/\(DurationText.text(per))" }

    /// The time between two starts that are spread evenly.
    private var interval: Duration { per / starts }

    /// How many may start now, at most the whole number, and when the next one may where none may now.
    ///
    /// The generic cell rate algorithm: one instant says it all, that from which on the allowance is full again. After
    /// a clock that was set back it is never further away than one whole period.
    ///
    /// Source: ITU-T I.371, annex A, the virtual scheduling algorithm.
    package func allowance(fullAt: Timestamp, now: Timestamp) -> (starts: Int, next: Timestamp) {
        let full = min(max(fullAt, now), now + per)
        let used = full - now
        // The nanosecond more is for what was lost to rounding.
        let free = Int((per - used + .nanoseconds(1)) / interval)
        // The first instant at which one interval is free.
        let next = full + (interval - per)
        return (min(free, starts), next)
    }

    /// The instant from which on the allowance is full again, after so many starts more.
    ///
    /// With none it is only moved to where it can be: a clock that was set back, or a rate that was changed, may have
    /// left it far away.
    package func fullAt(after count: Int, from fullAt: Timestamp, now: Timestamp) -> Timestamp {
        min(max(fullAt, now), now + per) + interval * count
    }
}
