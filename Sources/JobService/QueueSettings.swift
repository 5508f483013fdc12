package import Jobs

/// How a queue is run: what the configuration says of it.
package struct QueueSettings: Hashable, Sendable {
    /// What goes to the journal of the queue's jobs.
    package enum Journal: String, Hashable, Sendable, CaseIterable {
        /// Every line that a job prints, and the events of its life.
        case lines
        /// The events only.
        case events
        /// Nothing.
        case off
    }

    package let name: QueueName
    package var workers: Int
    /// Bounds each attempt of jobs that name no bound of their own; `nil` is no bound.
    package var timeout: Duration?
    package var killAfter: Duration
    package var outputLimit: Int64
    package var journal: Journal

    package init(
        name: QueueName, workers: Int, timeout: Duration? = nil, killAfter: Duration = Limits.defaultKillAfter,
        outputLimit: Int64 = Limits.defaultOutputLimit, journal: Journal = .lines
    ) {
        self.name = name
        self.workers = workers
        self.timeout = timeout
        self.killAfter = killAfter
        self.outputLimit = outputLimit
        self.journal = journal
    }
}
