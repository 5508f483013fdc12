import Jobs

/// What somebody did to a queue.
package enum QueueChange: Sendable, Hashable {
    case paused(QueuePause.Mode)
    case resumed
    /// Settings that were made, as `workers 8`, or taken back, as `rate as configured`.
    case set([String])
}
