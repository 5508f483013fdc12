/// Why an executor did not take work, or did not do it.
public enum ExecutorError: Error, CustomStringConvertible {
    /// It has been shut down.
    case shutDown
    /// Its threads cannot work, because the hook that each runs at its start threw this.
    case broken(any Error)
    /// The deadline passed while the backlog was full.
    case timedOut
    /// The calling thread was asked to stop while the backlog was full.
    case stopRequested

    /// One sentence for a log.
    public var description: String {
        switch self {
        case .shutDown: "The executor was shut down"
        case .broken(let error): "The executor's threads could not be set up: \(error)"
        case .timedOut: "The executor's backlog stayed full until the deadline"
        case .stopRequested: "The thread was asked to stop while the executor's backlog was full"
        }
    }
}
