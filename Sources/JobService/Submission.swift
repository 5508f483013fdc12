package import Jobs

/// One job that somebody wants stored.
package struct Submission: Hashable, Sendable {
    package let shared: SharedSpec
    package var spec: JobSpec { shared.spec }
    /// The same token from the same user gives the same job again.
    package let token: String?
    /// What it waits for: each other job once.
    package let dependencies: [Dependency]
    /// What the spec has the fingerprints of.
    package let attachments: Attachments

    package init(
        spec: JobSpec, token: String? = nil, dependencies: [Dependency] = [],
        attachments: Attachments = Attachments()
    ) {
        shared = SharedSpec(spec)
        self.token = token
        self.dependencies = dependencies
        self.attachments = attachments
    }
}

/// The answer to a submission, true at the moment of its commit.
package struct Receipt: Hashable, Sendable {
    package let id: JobID
    package let queue: QueueName
    package let state: JobState.Name
    /// Which earlier submission had made it; `nil` where this one did.
    package let existing: Existing?
    /// The jobs that were waiting in the queue before it; 0 when it does not wait.
    package let ahead: Int
    /// Whether its queue is paused, so that it will not start before somebody resumes it.
    package let isPaused: Bool

    /// Why a submission made no job of its own.
    package enum Existing: Hashable, Sendable {
        /// An earlier submission with the same token had made the job.
        case token
        /// An unfinished job with the same key is there.
        case key
    }

    package init(
        id: JobID, queue: QueueName, state: JobState.Name, existing: Existing? = nil, ahead: Int = 0,
        isPaused: Bool = false
    ) {
        self.id = id
        self.queue = queue
        self.state = state
        self.existing = existing
        self.ahead = ahead
        self.isPaused = isPaused
    }
}

/// Why one job of a submit cannot be.
package enum SubmitRefusal: Error, Hashable, Sendable {
    /// No queue of that name is configured.
    case noSuchQueue(QueueName, known: [QueueName])
    /// The user's token stands for another job already; `nil` for another one of the same submit.
    case tokenTaken(token: String, job: JobID?)
    /// An unfinished job has the key, and the submission says that it is not to be given, or it runs and cannot be
    /// replaced; `nil` for another one of the same submit.
    case keyTaken(key: String, job: JobID?, state: JobState.Name)
    /// There is no such job to wait for, or it is not the user's.
    case noSuchDependency(JobID)
    /// The configuration names no such resource.
    case noSuchResource(String, known: [String])
    /// There is not so much of the resource.
    case tooMuch(resource: String, amount: Int, capacity: Int)
    /// The queue has fewer workers than the job takes up.
    case tooManySlots(Int, workers: Int)
    /// What it asks for cannot be here: the field, as the protocol calls it, and why.
    case invalid(field: String, reason: String)
}

/// The answer for one job of a submit.
package typealias SubmitResult = Result<Receipt, SubmitRefusal>

/// Called once with what came of a submit, or never where the ledger goes away before.
///
/// A plain function: of all requests only submits come by the ten thousand a second, and a future for each would cost
/// as much as storing it. It is called on the ledger's thread and must not block.
package typealias SubmitAnswer = @Sendable (Result<[SubmitResult], ServiceError>) -> Void

/// Who asks: they see and control their own jobs, or everybody's.
package struct Requester: Hashable, Sendable {
    package let user: UInt32
    package let isAdministrator: Bool

    package init(user: UInt32, isAdministrator: Bool) {
        self.user = user
        self.isAdministrator = isAdministrator
    }

    package func maySee(_ job: Job) -> Bool { isAdministrator || job.submitter.user == user }
}
