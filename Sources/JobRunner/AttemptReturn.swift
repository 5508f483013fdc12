package import Jobs

/// Why a runner is back from an attempt.
package enum AttemptReturn: Sendable {
    /// No process of it is left.
    case ended(AttemptEnd)
    /// It let go of the attempt, as it was asked to; `nil` where that has not started.
    case detached(DetachedAttempt?)
}
