/// What to run and how.
///
/// It can be edited while the job waits, and does not change after the job first started.
package struct JobSpec: Hashable, Sendable {
    package var command: Command
    package var queue: QueueName
    /// For people; not unique.
    package var name: String?
    /// Higher runs first within the queue: -1000 to 1000.
    package var priority: Int
    /// The earliest time at which it may start; `nil` is at once.
    package var start: StartTime?
    /// How long it may wait for its first start, counted from the submit, before it fails instead.
    package var expires: Duration?
    /// Bounds one attempt; `nil` is the queue's own bound.
    package var timeout: Duration?
    /// From TERM to KILL; `nil` is the queue's own grace.
    package var killAfter: Duration?
    /// What happens after an attempt that failed.
    package var retry: RetryRequest
    /// Whether it is stored as held, so that nothing starts before somebody releases it.
    package var isHeld: Bool
    /// Names the work: no two unfinished jobs of a user have the same key.
    package var key: UniqueKey?
    /// How many of its queue's workers it takes up: at least 1.
    package var slots: Int
    /// What it takes of the resources that are configured: at least 1 of each.
    package var needs: [String: Int]
    /// The user's own limits: it starts only while fewer than so many running jobs of the user name the same word.
    package var limits: [String: Int]
    /// What it finds around itself when it starts.
    package var surroundings: Surroundings
    /// What it may use, where that is less than its queue's own limits.
    package var resources: ResourceLimits
    /// What asks it to end when it is stopped; `nil` is TERM.
    package var killSignal: SignalNumber?
    /// What it runs as; `nil` is what its queue says.
    package var isolation: Isolation?
    /// Of the unit that it runs as, in the order in which they are set.
    package var properties: [UnitProperty]
    /// The secrets that it finds in its credentials directory.
    package var secrets: [SecretName: Fingerprint]

    package init(
        command: Command, queue: QueueName = .default, name: String? = nil, priority: Int = 0,
        start: StartTime? = nil, expires: Duration? = nil, timeout: Duration? = nil, killAfter: Duration? = nil,
        retry: RetryRequest = RetryRequest(), isHeld: Bool = false, key: UniqueKey? = nil, slots: Int = 1,
        needs: [String: Int] = [:], limits: [String: Int] = [:], surroundings: Surroundings = Surroundings(),
        resources: ResourceLimits = ResourceLimits(), killSignal: SignalNumber? = nil, isolation: Isolation? = nil,
        properties: [UnitProperty] = [], secrets: [SecretName: Fingerprint] = [:]
    ) {
        self.command = command
        self.queue = queue
        self.name = name
        self.priority = priority
        self.start = start
        self.expires = expires
        self.timeout = timeout
        self.killAfter = killAfter
        self.retry = retry
        self.isHeld = isHeld
        self.key = key
        self.slots = slots
        self.needs = needs
        self.limits = limits
        self.surroundings = surroundings
        self.resources = resources
        self.killSignal = killSignal
        self.isolation = isolation
        self.properties = properties
        self.secrets = secrets
    }

    /// Whether bytes are stored beside it: see ``Attachments``.
    package var hasAttachments: Bool {
        if case .attached = surroundings.input { return true }
        return !secrets.isEmpty
    }
}

/// The earliest time at which a job may start.
package enum StartTime: Hashable, Sendable {
    /// So long after the submit.
    case after(Duration)
    case at(Timestamp)

    /// The instant that it means for a job submitted then.
    package func instant(submitted: Timestamp) -> Timestamp {
        switch self {
        case .after(let delay): submitted + delay
        case .at(let instant): instant
        }
    }
}
