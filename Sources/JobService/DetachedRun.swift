package import JobRunner
package import Jobs

/// A running attempt that its worker has let go of: all that the service knows of it beside the store.
package struct DetachedRun: Sendable {
    package let id: AttemptID
    /// What was asked for and was not done.
    package let requests: AttemptControl.Requests
    /// Whether somebody paused this job, and whether its queue is frozen.
    package let isPaused: Bool
    package let isQueueFrozen: Bool
    package let terms: AttemptTerms
    /// `nil` where it has not started.
    package let attempt: DetachedAttempt?

    package init(
        id: AttemptID, requests: AttemptControl.Requests, isPaused: Bool, isQueueFrozen: Bool, terms: AttemptTerms,
        attempt: DetachedAttempt?
    ) {
        self.id = id
        self.requests = requests
        self.isPaused = isPaused
        self.isQueueFrozen = isQueueFrozen
        self.terms = terms
        self.attempt = attempt
    }
}
