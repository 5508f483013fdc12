package import Jobs

/// One job that somebody wants stored.
package struct Submission: Hashable, Sendable {
    package let spec: JobSpec
    /// The same token from the same user gives the same job again.
    package let token: String?

    package init(spec: JobSpec, token: String? = nil) {
        self.spec = spec
        self.token = token
    }
}

/// The answer to a submission, true at the moment of its commit.
package struct Receipt: Hashable, Sendable {
    package let id: JobID
    package let queue: QueueName
    package let state: JobState.Name
    /// Whether an earlier submission with the same token had made it.
    package let isRepeat: Bool
    /// The jobs that were waiting in the queue before it; 0 when it does not wait.
    package let ahead: Int

    package init(id: JobID, queue: QueueName, state: JobState.Name, isRepeat: Bool, ahead: Int) {
        self.id = id
        self.queue = queue
        self.state = state
        self.isRepeat = isRepeat
        self.ahead = ahead
    }

    /// The answer to the same submission made again.
    var repeated: Receipt { Receipt(id: id, queue: queue, state: state, isRepeat: true, ahead: ahead) }
}

/// Who asks: they see and control their own jobs, or everybody's.
package enum Requester: Hashable, Sendable {
    case user(UInt32)
    case administrator

    package func maySee(_ job: Job) -> Bool {
        switch self {
        case .user(let user): job.submitter.user == user
        case .administrator: true
        }
    }
}

/// What became of a request to cancel.
package enum CancelResult: Hashable, Sendable {
    /// It was waiting and will not run.
    case cancelled
    /// Its attempt is being stopped.
    case stopping
    /// It had ended before.
    case alreadyFinal(JobState.Name)
    /// There is no such job, or it is not for the requester to see.
    case unknown
}
