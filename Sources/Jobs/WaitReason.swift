/// What lets a running job stand still.
package enum Standstill: Hashable, Sendable {
    /// Its queue is frozen, and it with it.
    case queue
    /// Somebody paused it.
    case job
}

/// The one reason why a job does not run now.
package enum WaitReason: Hashable, Sendable {
    /// It runs: that attempt, since then; whether it is to be stopped; what lets it stand still, where it does.
    case running(attempt: Int, since: Timestamp, isStopping: Bool, standstill: Standstill? = nil)
    /// It has ended: see its state.
    case ended
    /// It waits for other jobs: the first of them, and how many there are.
    case blocked(by: [Dependency], count: Int)
    /// It waits for a time that was asked for.
    case scheduled(until: Timestamp)
    /// Its last attempt failed, and it waits before the next.
    case backoff(until: Timestamp, failed: Int)
    /// Somebody holds it.
    case held(by: Actor, since: Timestamp)
    /// No queue of that name is configured.
    case noQueue(known: [QueueName])
    /// Somebody paused its queue.
    case paused(by: Actor, since: Timestamp)
    /// jobd is about to stop, and starts nothing.
    case draining
    /// Too little is free on the disk with jobd's state: the folder, the free bytes, and what must be free for a start.
    case noSpace(folder: String, free: Int64, needed: Int64)
    /// It needs more of a resource than is left: how much is taken, the bound, and the first of those who took it.
    case lacks(Requirement, taken: Int, bound: Int, takers: [JobID])
    /// Its queue has started as many as it may for now.
    case rate(StartRate, next: Timestamp)
    /// The workers of its queue are taken; so many jobs are before it, counted up to a bound.
    case busy(taken: Int, workers: Int, slots: Int, ahead: Int)
    /// Nothing: it starts next.
    case next
}
