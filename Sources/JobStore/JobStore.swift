package import Jobs

/// The one seam to storage.
///
/// The ledger thread is the only one that writes. Any thread may read, and sees what was committed last.
package protocol JobStore: AnyObject, Sendable {
    /// Runs `body` in one transaction and makes it durable: when this returns, what `body` did survives a power cut.
    ///
    /// - Throws: `refused` when nothing was changed, `full` when that was for want of room; `outcomeUnknown` when it
    ///   cannot be told. After the last the store must not be written any more.
    func write<Result>(
        _ body: (any JobTransaction) throws(JobStoreError) -> Result
    ) throws(JobStoreError) -> Result

    /// A job, or `nil` where there is none of that id.
    func job(_ id: JobID) throws(JobStoreError) -> Job?

    /// One page of the jobs that match, newest first.
    func jobs(matching filter: JobFilter, page: JobPage) throws(JobStoreError) -> [Job]

    /// The newest attempts of a job, at most `limit`, oldest first.
    func attempts(of job: JobID, last limit: Int) throws(JobStoreError) -> [Attempt]

    /// What was done to a job in the end, at most `limit` changes, oldest first.
    func changes(of job: JobID, last limit: Int) throws(JobStoreError) -> [Change]

    /// What a job waits for or has waited for, by id, at most `limit`.
    func dependencies(of job: JobID, limit: Int) throws(JobStoreError) -> [Dependency]

    /// What a job still waits for, by id, at most `limit`.
    func openDependencies(of job: JobID, limit: Int) throws(JobStoreError) -> [Dependency]

    /// How many jobs of its queue come before a ready job, counted up to `limit`.
    func jobsAhead(of job: Job, limit: Int) throws(JobStoreError) -> Int

    /// The running jobs that have taken of this resource, by id, at most `limit`.
    func takers(of resource: Resource, limit: Int) throws(JobStoreError) -> [JobID]

    /// How much of a resource running jobs have taken.
    func amountTaken(of resource: Resource) throws(JobStoreError) -> Int

    /// The settings of queues that were made while the daemon ran, by queue and setting.
    func queueSettings() throws(JobStoreError) -> [QueueName: [String: StoredSetting]]

    /// How many jobs are in which state. Costs the same for any number of jobs.
    func counts() throws(JobStoreError) -> JobCounts

    /// A random name that this store got when it was made; it stays the same as long as the store lives.
    var identity: String { get }

    /// Housekeeping that would delay a commit. The ledger thread calls it after answering a batch; it does nothing
    /// most of the time.
    func tidy() throws(JobStoreError)

    /// Gives back the memory that only work needs. The ledger thread calls it when a lot was done and nothing more has
    /// come for a while.
    func rest()

    /// Ends the use of the store; everything committed is in its main file then.
    func close()
}

extension JobStore {
    package func rest() {}

    /// All attempts of a job, oldest first.
    package func attempts(of job: JobID) throws(JobStoreError) -> [Attempt] { try attempts(of: job, last: .max) }

    /// All that was done to a job, oldest first.
    package func changes(of job: JobID) throws(JobStoreError) -> [Change] { try changes(of: job, last: .max) }
}
