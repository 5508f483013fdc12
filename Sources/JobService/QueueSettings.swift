package import Jobs

/// How a queue is run.
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
    /// How many jobs it may start per time; `nil` is as many as it can.
    package var rate: StartRate?
    /// Bounds each attempt of jobs that name no bound of their own; `nil` is no bound.
    package var timeout: Duration?
    package var killAfter: Duration
    /// Further attempts of jobs that name no number of their own.
    package var retries: Int
    /// The longest wait before the first retry of jobs that name none of their own.
    package var backoff: Duration
    package var outputLimit: Int64
    package var journal: Journal
    /// Whether set-uid programs such as sudo work in its jobs.
    package var mayGainPrivileges: Bool
    /// What jobs may use that name no limits of their own.
    package var limits: ResourceLimits
    /// What no job may go beyond.
    package var ceilings: ResourceLimits
    /// What jobs run as that do not say it.
    package var isolation: Isolation

    package init(
        name: QueueName, workers: Int, rate: StartRate? = nil, timeout: Duration? = nil,
        killAfter: Duration = Limits.defaultKillAfter, retries: Int = 0,
        backoff: Duration = RetryPolicy.defaultBackoff, outputLimit: Int64 = Limits.defaultOutputLimit,
        journal: Journal = .lines, mayGainPrivileges: Bool = false, limits: ResourceLimits = ResourceLimits(),
        ceilings: ResourceLimits = ResourceLimits(), isolation: Isolation = .process
    ) {
        self.name = name
        self.workers = workers
        self.rate = rate
        self.timeout = timeout
        self.killAfter = killAfter
        self.retries = retries
        self.backoff = backoff
        self.outputLimit = outputLimit
        self.journal = journal
        self.mayGainPrivileges = mayGainPrivileges
        self.limits = limits
        self.ceilings = ceilings
        self.isolation = isolation
    }
}
