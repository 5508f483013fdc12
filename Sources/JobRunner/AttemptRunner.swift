package import Jobs

/// Runs attempts; the worker threads call it, and it returns when no process of the attempt is left.
package protocol AttemptRunner: Sendable {
    func run(_ order: AttemptOrder, control: AttemptControl) -> AttemptEnd

    /// Does what can wait until the outcome is on its way. A worker calls it after each run.
    func tidy()
}

extension AttemptRunner {
    package func tidy() {}
}
