/// Why a future has no result of its own.
public enum FutureError: Error, Hashable, CustomStringConvertible {
    /// The future was cancelled before its work began.
    case cancelled
    /// There was no result before the deadline.
    ///
    /// The future may still get one.
    case timedOut
    /// Whoever was to supply the result went away without doing so.
    case abandoned
    /// The calling thread was asked to stop while it waited, or before.
    case stopRequested
    /// All threads of an executor would wait for work that only they could do.
    case wouldDeadlock

    /// One sentence for a log.
    public var description: String {
        switch self {
        case .cancelled: "The work was cancelled before it began"
        case .timedOut: "There was no result before the deadline"
        case .abandoned: "Whoever was to supply the result went away without one"
        case .stopRequested: "The thread was asked to stop while it waited for the result"
        case .wouldDeadlock: "All threads of the executor would wait for work that only they could do"
        }
    }
}
