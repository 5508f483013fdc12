package import Jobs

/// Runs attempts; the worker threads call it, and it returns when no process of the attempt is left.
package protocol AttemptRunner: Sendable {
    func run(_ order: AttemptOrder, control: AttemptControl) -> AttemptEnd

    /// The same, or goes on with an attempt that another worker let go of; returns early where it is asked to let go.
    func run(_ order: AttemptOrder, control: AttemptControl, from detached: DetachedAttempt?) -> AttemptReturn

    /// Does what can wait until the outcome is on its way. A worker calls it after each run.
    func tidy()
}

extension AttemptRunner {
    package func tidy() {}

    /// Of a runner that lets go of no attempt, and so gets none that was let go of.
    package func run(
        _ order: AttemptOrder, control: AttemptControl, from detached: DetachedAttempt?
    ) -> AttemptReturn {
        precondition(detached == nil, "an attempt of another runner")
        return .ended(run(order, control: control))
    }
}
