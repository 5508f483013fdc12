package import Jobs

/// What can be done within one transaction.
///
/// It sees its own changes.
package protocol JobTransaction {
    /// Stores a job under the next id and gives it.
    func insert(_ job: NewJob) throws(JobStoreError) -> JobID

    /// The job that this user submitted with this token, with its spec.
    func job(token: String, of user: UInt32) throws(JobStoreError) -> Job?

    /// A job, or `nil` where there is none of that id.
    func job(_ id: JobID) throws(JobStoreError) -> Job?

    /// The jobs of a queue that could run, in the order in which they should: priority, time, id.
    func readyJobs(in queue: QueueName, limit: Int) throws(JobStoreError) -> [Job]

    /// The scheduled jobs whose time has come, earliest first.
    func dueJobs(at now: Timestamp, limit: Int) throws(JobStoreError) -> [Job]

    /// When the next scheduled job becomes due; `nil` where none waits for a time.
    func nextDue() throws(JobStoreError) -> Timestamp?

    /// All jobs that are running by what the store says.
    func runningJobs() throws(JobStoreError) -> [Job]

    /// Stores a job's new state, number of attempts and end.
    func update(_ job: Job) throws(JobStoreError)

    /// Notes that an attempt is now being run by `attempt.node`.
    func begin(_ attempt: Attempt, of job: JobID) throws(JobStoreError)

    /// Notes how an attempt ended.
    func end(_ attempt: AttemptID, _ end: AttemptEnd) throws(JobStoreError)
}

/// A job on its way into the store.
package struct NewJob: Hashable, Sendable {
    package let spec: JobSpec
    package let submitter: Submitter
    package let submitted: Timestamp
    package let state: JobState
    /// The client's name for this submit: see `JobTransaction.job(token:of:)`.
    package let token: String?

    package init(spec: JobSpec, submitter: Submitter, submitted: Timestamp, state: JobState, token: String?) {
        self.spec = spec
        self.submitter = submitter
        self.submitted = submitted
        self.state = state
        self.token = token
    }
}
