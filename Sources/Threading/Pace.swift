/// When a ``PeriodicThread`` does its work.
public enum Pace: Sendable, Hashable {
    /// What becomes of ticks that came while the body still ran.
    public enum MissedTicks: Sendable, Hashable {
        /// They are left out; the next one comes when the clock says so.
        case skip
        /// They are made up for, one right after the other.
        case catchUp
    }

    /// At the start and then each `interval`, by the clock, however long the body takes.
    case fixedRate(missed: MissedTicks = .skip)
    /// At the start and then `interval` after the end of each run.
    case fixedDelay

    /// The moment of the run after the one that was due at `due` and has just ended at `now`.
    func next(after due: Deadline, every interval: Duration, now: Deadline) -> Deadline {
        switch self {
        case .fixedDelay: return now.advanced(by: interval)
        case .fixedRate(missed: .catchUp): return due.advanced(by: interval)
        case .fixedRate(missed: .skip):
            let next = due.advanced(by: interval)
            guard next < now else { return next }
            let late = Duration.nanoseconds(Int64(clamping: now.nanoseconds - due.nanoseconds))
            let missed = Int(late / interval)
            return due.advanced(by: interval * (missed + 1))
        }
    }
}
