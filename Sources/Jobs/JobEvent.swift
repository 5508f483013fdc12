/// What may happen to a job.
package enum JobEvent: Hashable, Sendable {
    /// The time has come that it waited for.
    case due(at: Timestamp)
    /// A worker takes it.
    case claimed
    /// The attempt of that number ended.
    case ended(attempt: Int, Outcome)
    /// Somebody asks that it should not run, or not run on.
    case cancelRequested
}

/// Why an event does not fit the state a job is in.
package enum JobStateError: Error, Hashable, Sendable {
    /// The job has ended; nothing can be asked of it any more.
    case alreadyFinal(JobState.Name)
    /// The event speaks of an attempt that is not the current one: its news come too late and count for nothing.
    case staleAttempt(Int)
    /// A waiting job cannot be claimed, a ready one cannot become due.
    case notPossible(JobEvent, JobState.Name)
}
