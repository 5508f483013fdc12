internal import Threading

/// How long a daemon that went away is waited for: it is asked again after ever longer pauses, up to a bound.
struct Patience {
    private static let firstPause = Duration.milliseconds(20)
    private static let longestPause = Duration.milliseconds(500)

    private let limit: Duration
    private let interrupter: JobClient.Interrupter
    private var pause = Self.firstPause
    private var end: Deadline?

    /// - Parameter limit: from the first failure on.
    init(_ limit: Duration, _ interrupter: JobClient.Interrupter) {
        self.limit = limit
        self.interrupter = interrupter
    }

    /// Pauses after a failure.
    ///
    /// - Returns: false when the time is over, or the client was interrupted.
    mutating func pauseAfterFailure() -> Bool {
        let end = end ?? .after(limit)
        self.end = end
        guard !end.isPast else { return false }
        interrupter.pause(until: min(end, .after(pause)))
        pause = min(pause * 2, Self.longestPause)
        return !interrupter.isInterrupted
    }

    /// Begins anew: the daemon was reached.
    mutating func reset() {
        (pause, end) = (Self.firstPause, nil)
    }
}
