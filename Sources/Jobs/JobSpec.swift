/// What to run and how.
///
/// It does not change after the job first started.
package struct JobSpec: Hashable, Sendable {
    package var command: Command
    package var queue: QueueName
    /// For people; not unique.
    package var name: String?
    /// Higher runs first within the queue: -1000 to 1000.
    package var priority: Int
    /// How long it waits after the submit before it may run.
    package var delay: Duration?
    /// Bounds one attempt; `nil` is the queue's own bound.
    package var timeout: Duration?
    /// From TERM to KILL; `nil` is the queue's own grace.
    package var killAfter: Duration?

    package init(
        command: Command, queue: QueueName = .default, name: String? = nil, priority: Int = 0, delay: Duration? = nil,
        timeout: Duration? = nil, killAfter: Duration? = nil
    ) {
        self.command = command
        self.queue = queue
        self.name = name
        self.priority = priority
        self.delay = delay
        self.timeout = timeout
        self.killAfter = killAfter
    }
}
