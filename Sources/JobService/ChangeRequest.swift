package import Jobs

/// What can be asked of a job that is stored.
package enum ChangeRequest: Hashable, Sendable {
    /// Not to run, or not to run on.
    case cancel
    /// Not to start before it is released.
    case hold
    /// To start as soon as nothing else keeps it.
    case release
    /// To run once more, after it has ended.
    case retry
    /// To be something else, before it starts.
    case edit(JobEdit)
    /// To get a signal, in all its processes, while it runs.
    case signal(SignalNumber)
    /// To stand still, or to go on, while it runs.
    case freeze(Bool)
}

/// What is to be different in a job; `nil` is left as it is.
package struct JobEdit: Hashable, Sendable {
    package var queue: QueueName?
    package var name: String?
    package var priority: Int?
    package var start: StartEdit?
    /// Only before its first start.
    package var arguments: [String]?

    /// A new earliest time.
    package enum StartEdit: Hashable, Sendable {
        /// A delay counts from the edit.
        case notBefore(StartTime)
        case atOnce
    }

    package init(
        queue: QueueName? = nil, name: String? = nil, priority: Int? = nil, start: StartEdit? = nil,
        arguments: [String]? = nil
    ) {
        self.queue = queue
        self.name = name
        self.priority = priority
        self.start = start
        self.arguments = arguments
    }

    /// The names of the fields that it changes, as the protocol calls them.
    package var fields: [String] {
        [
            (queue != nil, "queue"), (name != nil, "name"), (priority != nil, "priority"), (start != nil, "at"),
            (arguments != nil, "command"),
        ].filter(\.0).map(\.1)
    }
}

/// What became of a request for one job.
package enum ChangeResult: Hashable, Sendable {
    /// It is done; the job is in this state now.
    case done(JobState.Name)
    /// Its attempt is being stopped.
    case stopping
    case refused(ChangeRefusal)
    /// There is no such job, or it is not for the requester to see.
    case unknown
}

/// Why a request for a job cannot be met.
package enum ChangeRefusal: Error, Hashable, Sendable {
    /// It has ended, in that state.
    case alreadyFinal(JobState.Name)
    /// It makes no sense in that state: a running job cannot be held, one that is not held cannot be released.
    case notPossible(JobState.Name)
    /// Another unfinished job has its key by now.
    case keyTaken(key: String, job: JobID)
    /// A job that it waits for ended in a way in which it cannot run: that one must be retried first.
    case dependencyFailed(on: JobID)
    /// A job that it waits for was removed.
    case dependencyGone(JobID)
    /// What it runs cannot change after its first start.
    case hasStarted
    /// Only root may say what root's jobs run.
    case rootOnly
    /// What it is to become cannot be.
    case invalid(SubmitRefusal)
}
