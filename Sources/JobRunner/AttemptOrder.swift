package import Jobs

/// Everything a worker needs to run one attempt.
package struct AttemptOrder: Sendable, Hashable {
    package let id: AttemptID
    package let command: Command
    /// The job's name for people.
    package let name: String?
    package let queue: QueueName
    package let submitter: Submitter
    package let surroundings: Surroundings
    /// What belongs to the job and is not in its spec.
    package let attachments: Attachments
    /// What it may use.
    package let resources: ResourceLimits
    package let isolation: Isolation
    /// Of the unit, where it runs as one, in the order in which they are set.
    package let properties: [UnitProperty]
    /// Whether set-uid programs such as sudo work in it.
    package let mayGainPrivileges: Bool
    /// Whether it may run where its submitter is root.
    package let mayBeRoot: Bool
    /// Bounds the attempt; `nil` lets it run for ever.
    package let timeout: Duration?
    /// What asks the attempt to end when it is stopped.
    package let killSignal: SignalNumber
    /// From that signal to KILL.
    package let killAfter: Duration
    /// The same when the daemon shuts down: nobody's job may hold that up.
    package let killAfterAtShutdown: Duration
    /// Bytes of output that are kept.
    package let outputLimit: Int64
    /// Since when the job could start.
    package let ready: Timestamp?

    package init(
        id: AttemptID, command: Command, name: String?, queue: QueueName, submitter: Submitter,
        surroundings: Surroundings = Surroundings(), attachments: Attachments = Attachments(),
        resources: ResourceLimits = ResourceLimits(), isolation: Isolation = .process,
        properties: [UnitProperty] = [], mayGainPrivileges: Bool = false, mayBeRoot: Bool = true,
        timeout: Duration?, killSignal: SignalNumber = .terminate, killAfter: Duration,
        killAfterAtShutdown: Duration? = nil, outputLimit: Int64, ready: Timestamp? = nil
    ) {
        self.id = id
        self.command = command
        self.name = name
        self.queue = queue
        self.submitter = submitter
        self.surroundings = surroundings
        self.attachments = attachments
        self.resources = resources
        self.isolation = isolation
        self.properties = properties
        self.mayGainPrivileges = mayGainPrivileges
        self.mayBeRoot = mayBeRoot
        self.timeout = timeout
        self.killSignal = killSignal
        self.killAfter = killAfter
        self.killAfterAtShutdown = killAfterAtShutdown ?? killAfter
        self.outputLimit = outputLimit
        self.ready = ready
    }
}
