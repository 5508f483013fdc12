package import Jobs

/// What can be done within one transaction.
///
/// It sees its own changes.
package protocol JobTransaction {
    // MARK: Jobs

    /// Stores a job under the next id and gives it.
    func insert(_ job: NewJob) throws(JobStoreError) -> JobID

    /// A job, or `nil` where there is none of that id.
    func job(_ id: JobID) throws(JobStoreError) -> Job?

    /// Stores what became of a job: its state, its counters and when it ended.
    ///
    /// - Parameter before: the job as it is stored; a store need not look.
    func update(_ job: Job, was before: Job) throws(JobStoreError)

    /// Stores the spec of a job that was edited, and notes that it was.
    func rewrite(_ job: Job) throws(JobStoreError)

    /// Removes a job and all that belongs to it; one that another still waits for must not be removed.
    func delete(_ job: JobID) throws(JobStoreError)

    /// What belongs to a job beside its spec; it stays as long as the job.
    func attachments(of job: JobID) throws(JobStoreError) -> Attachments

    /// Notes that something was done to a job.
    func record(_ change: Change, of job: JobID) throws(JobStoreError)

    // MARK: Sameness

    /// The job that this user submitted with this token, and whether it was edited since.
    func job(token: String, of user: UInt32) throws(JobStoreError) -> (job: Job, isEdited: Bool)?

    /// The unfinished job of this user that has this key.
    func job(key: String, of user: UInt32) throws(JobStoreError) -> Job?

    /// Gives the key of a job's spec to that job.
    ///
    /// `refused` where another has it.
    func takeKey(of job: Job) throws(JobStoreError)

    /// Takes its key from a job that ends, or that is edited; does nothing where it has none.
    func releaseKey(of job: Job) throws(JobStoreError)

    // MARK: Order

    /// The jobs of a queue that could run and lack nothing, in the order in which they should: priority, time, id.
    func readyJobs(in queue: QueueName, limit: Int) throws(JobStoreError) -> [Job]

    /// The jobs of a queue that could run but for this resource, in the order in which they should.
    func parkedJobs(lacking resource: Resource, in queue: QueueName, limit: Int) throws(JobStoreError) -> [Job]

    /// All jobs that are running by what the store says, by id.
    func runningJobs() throws(JobStoreError) -> [Job]

    // MARK: Time

    /// The scheduled jobs whose time has come, earliest first.
    func dueJobs(at now: Timestamp, limit: Int) throws(JobStoreError) -> [Job]

    /// When the next scheduled job becomes due; `nil` where none waits for a time.
    func nextDue() throws(JobStoreError) -> Timestamp?

    /// The jobs that have waited for their first start as long as they may: see `Job.expiry`; earliest first.
    func expiredJobs(at now: Timestamp, limit: Int) throws(JobStoreError) -> [Job]

    /// When the next job expires if it does not start; `nil` where none may expire.
    func nextExpiry() throws(JobStoreError) -> Timestamp?

    // MARK: Attempts

    /// Notes that an attempt is now being run by `attempt.node`.
    func begin(_ attempt: Attempt, of job: JobID) throws(JobStoreError)

    /// Notes how an attempt ended, and the state of the job then.
    func end(_ attempt: AttemptID, _ end: AttemptEnd, next: JobState.Name) throws(JobStoreError)

    // MARK: Dependencies

    /// All that a job waits for or has waited for, by id.
    func dependencies(of job: JobID) throws(JobStoreError) -> [Dependency]

    /// Whether any job still waits for this one.
    func hasDependants(_ job: JobID) throws(JobStoreError) -> Bool

    /// Notes that those who wait for this job are to be told of its end; once is enough.
    func addToSettle(_ job: JobID) throws(JobStoreError)

    /// The jobs whose end others are to be told of, by id.
    func jobsToSettle(limit: Int) throws(JobStoreError) -> [JobID]

    /// There is nobody left to tell of the end of this job.
    func removeToSettle(_ job: JobID) throws(JobStoreError)

    /// Those who still wait for this job, by id.
    func dependants(of job: JobID, limit: Int) throws(JobStoreError) -> [Dependant]

    /// A job waits for another no longer, or waits for it again.
    func setDependency(of job: JobID, on other: JobID, isOpen: Bool) throws(JobStoreError)

    // MARK: Resources

    /// How much of a resource running jobs have taken.
    func amountTaken(of resource: Resource) throws(JobStoreError) -> Int

    /// Notes what a job takes that is claimed.
    func take(_ requirements: [Requirement], for job: JobID) throws(JobStoreError)

    /// Gives back all that a job has taken.
    func giveBack(by job: JobID) throws(JobStoreError)

    /// The resources that jobs lack, in the order of their texts.
    ///
    /// Costs as much as there are jobs that lack one; a start calls it.
    func lackedResources() throws(JobStoreError) -> [Resource]

    // MARK: Queues

    /// Notes a setting of a queue that stays until it is set again; `nil` removes it.
    func set(_ setting: String, of queue: QueueName, to value: StoredSetting?) throws(JobStoreError)

    // MARK: Retention

    /// Jobs that ended in this state, and before that time, longest ago first.
    func endedJobs(in state: JobState.Name, before: Timestamp, limit: Int) throws(JobStoreError) -> [JobID]
}

/// A job on its way into the store.
package struct NewJob: Hashable, Sendable {
    package let spec: SharedSpec
    package let submitter: Submitter
    package let submitted: Timestamp
    package let state: JobState
    /// The client's name for this submit: see `JobTransaction.job(token:of:)`.
    package let token: String?
    /// What it waits for: each other job once.
    package let dependencies: [Dependency]
    /// Those of them that have not ended.
    package let open: Set<JobID>
    package let attachments: Attachments

    package init(
        spec: SharedSpec, submitter: Submitter, submitted: Timestamp, state: JobState, token: String? = nil,
        dependencies: [Dependency] = [], open: Set<JobID> = [], attachments: Attachments = Attachments()
    ) {
        self.spec = spec
        self.submitter = submitter
        self.submitted = submitted
        self.state = state
        self.token = token
        self.dependencies = dependencies
        self.open = open
        self.attachments = attachments
    }

    package init(
        spec: JobSpec, submitter: Submitter, submitted: Timestamp, state: JobState, token: String? = nil,
        dependencies: [Dependency] = [], open: Set<JobID> = [], attachments: Attachments = Attachments()
    ) {
        self.init(
            spec: SharedSpec(spec), submitter: submitter, submitted: submitted, state: state, token: token,
            dependencies: dependencies, open: open, attachments: attachments)
    }

    /// The job as it is stored under that id.
    package func job(_ id: JobID) -> Job {
        Job(
            id: id, spec: spec, submitter: submitter, submitted: submitted, firstState: state.name, state: state,
            openDependencies: open.count, ended: state.isFinal ? submitted : nil)
    }
}

/// A job that waits for another.
package struct Dependant: Hashable, Sendable {
    package let job: JobID
    /// What it expects of the other.
    package let condition: Dependency.Condition

    package init(job: JobID, condition: Dependency.Condition) {
        self.job = job
        self.condition = condition
    }
}

/// A setting of a queue that somebody made while the daemon ran.
package struct StoredSetting: Hashable, Sendable {
    package let value: String
    package let by: Actor
    package let at: Timestamp

    package init(value: String, by: Actor, at: Timestamp) {
        self.value = value
        self.by = by
        self.at = at
    }
}
