/// Why a queue did not do what it was asked to.
public enum QueueError: Error, Hashable, CustomStringConvertible {
    /// The queue was shut down: nothing goes in any more, and nothing is left to come out.
    case shutDown
    /// The deadline passed while the queue was full (for a put) or empty (for a get).
    case timedOut
    /// ``Queue/taskDone()`` was called more often than elements were put.
    case tooManyTaskDone
    /// The calling thread was asked to stop while it waited, or before.
    case stopRequested

    /// One sentence for a log.
    public var description: String {
        switch self {
        case .shutDown: "The queue was shut down"
        case .timedOut: "The queue was not ready before the deadline"
        case .tooManyTaskDone: "taskDone() was called more often than elements were put"
        case .stopRequested: "The thread was asked to stop while it waited for the queue"
        }
    }
}
