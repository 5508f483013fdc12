package import Jobs

/// Everything a worker needs to run one attempt.
package struct AttemptOrder: Sendable, Hashable {
    package let id: AttemptID
    package let command: Command
    /// The job's name for people.
    package let name: String?
    package let queue: QueueName
    package let submitter: Submitter
    /// The submitter's name at the submit, where it is known: an account that has another one now is another's.
    package let submitterName: String?
    package let surroundings: Surroundings
    /// Whether set-uid programs such as sudo work in it.
    package let mayGainPrivileges: Bool
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

    package init(
        id: AttemptID, command: Command, name: String?, queue: QueueName, submitter: Submitter,
        submitterName: String? = nil, surroundings: Surroundings = Surroundings(), mayGainPrivileges: Bool = false,
        timeout: Duration?, killSignal: SignalNumber = .terminate, killAfter: Duration,
        killAfterAtShutdown: Duration? = nil,
        outputLimit: Int64
    ) {
        self.id = id
        self.command = command
        self.name = name
        self.queue = queue
        self.submitter = submitter
        self.submitterName = submitterName
        self.surroundings = surroundings
        self.mayGainPrivileges = mayGainPrivileges
        self.timeout = timeout
        self.killSignal = killSignal
        self.killAfter = killAfter
        self.killAfterAtShutdown = killAfterAtShutdown ?? killAfter
        self.outputLimit = outputLimit
    }
}
