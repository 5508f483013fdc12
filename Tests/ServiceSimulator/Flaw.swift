/// A rule of ours broken on purpose: what the simulation must notice, or its silence is worth nothing.
package enum Flaw: String, CaseIterable, Sendable {
    /// Scheduled jobs become ready before their time.
    case dueTimeIgnored
    /// What should run last runs first.
    case priorityReversed
    /// A commit that failed leaves the keys of its jobs taken.
    case keyLeakedOnFailedCommit
    /// A job that has ended keeps its key.
    case keyNeverReleased
    /// The end of an earlier attempt counts as that of the current one.
    case staleOutcomeAccepted
    /// One failure uses up two attempts.
    case retryCountedTwice
    /// A job runs when the first of those has ended that it waits for.
    case dependencyMetTooEarly
    /// Answers and starts do not wait for the commit.
    case acknowledgedEarly
    /// A start does not end what an earlier daemon left running.
    case noSweep
    /// That a running job was cancelled is forgotten when its end is not seen.
    case cancelForgotten
    /// What running jobs have taken of a resource is not counted.
    case resourcesNotCounted
    /// Those who lack a resource are not told that there is more of it.
    case wakeUpLost
    /// Jobs do not expire.
    case expiryIgnored
    /// A repeat with the same token makes another job.
    case tokenForgotten
}
