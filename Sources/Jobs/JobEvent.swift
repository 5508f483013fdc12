/// What may happen to a job.
package enum JobEvent: Hashable, Sendable {
    /// The time has come that it waited for.
    case due
    /// A job that it waits for has ended as it should.
    case dependencyMet
    /// A job that it waits for has ended otherwise.
    case dependencyFailed(on: JobID)
    /// It waited longer than it may.
    case expired
    /// It cannot start before there is more of this resource.
    case parked(lacks: Resource)
    /// There is more of the resource that it lacked.
    case admitted
    /// A worker takes it.
    case claimed
    /// The attempt of that number ended. The jitter is random, from 0 up to but not including 1.
    case ended(attempt: Int, Outcome, RetryPolicy, jitter: Double)
    /// Somebody asks that it should not run, or not run on.
    case cancelRequested
    /// Another job with the same key takes its place.
    case replaced
    /// Somebody asks that it should not start yet.
    case holdRequested
    /// Somebody asks that it may start, after it was held.
    case releaseRequested
    /// Somebody asks that it runs once more; so many of the jobs that it waits for have not ended.
    case retryRequested(openDependencies: Int)
    /// Somebody names another time before which it may not start; `nil` is none.
    case rescheduled(StartTime?)
}

/// Why an event does not fit the state a job is in.
package enum JobStateError: Error, Hashable, Sendable {
    /// The job has ended; nothing of that kind can be asked of it any more.
    case alreadyFinal(JobState.Name)
    /// The event speaks of an attempt that is not the current one: its news come too late and count for nothing.
    case staleAttempt(Int)
    /// The event makes no sense in that state: a waiting job cannot be retried, a running one cannot be held.
    case notPossible(JobState.Name)
}
