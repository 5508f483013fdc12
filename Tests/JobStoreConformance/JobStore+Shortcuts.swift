package import JobStore
package import Jobs

extension JobTransaction {
    /// Stores what became of a job, whatever is stored of it.
    package func update(_ job: Job) throws(JobStoreError) {
        guard let before = try self.job(job.id) else { throw .refused("no job \(job.id)") }
        try update(job, was: before)
    }
}

/// One operation in a transaction of its own.
extension JobStore {
    /// Stores jobs in one transaction.
    @discardableResult
    func insert(_ jobs: [NewJob]) throws(JobStoreError) -> [JobID] {
        try write { transaction throws(JobStoreError) in
            var ids: [JobID] = []
            for job in jobs { ids.append(try transaction.insert(job)) }
            return ids
        }
    }

    @discardableResult
    func insert(_ job: NewJob) throws(JobStoreError) -> JobID {
        try write { transaction throws(JobStoreError) in try transaction.insert(job) }
    }

    /// Gives a job a new state, in a transaction of its own.
    func set(_ id: JobID, _ state: JobState, attempts: Int? = nil, ended: Timestamp? = nil) throws(JobStoreError) {
        try write { transaction throws(JobStoreError) in
            guard var job = try transaction.job(id) else { throw .refused("no job \(id)") }
            job.state = state
            job.attempts = attempts ?? job.attempts
            job.ended = ended
            try transaction.update(job)
        }
    }

    func ready(in queue: QueueName = Samples.main, limit: Int = 100) throws(JobStoreError) -> [JobID] {
        try write { transaction throws(JobStoreError) in try transaction.readyJobs(in: queue, limit: limit).map(\.id) }
    }

    func due(at now: Timestamp, limit: Int = 100) throws(JobStoreError) -> [JobID] {
        try write { transaction throws(JobStoreError) in try transaction.dueJobs(at: now, limit: limit).map(\.id) }
    }

    func nextDue() throws(JobStoreError) -> Timestamp? {
        try write { transaction throws(JobStoreError) in try transaction.nextDue() }
    }

    func running() throws(JobStoreError) -> [Job] {
        try write { transaction throws(JobStoreError) in try transaction.runningJobs() }
    }

    func job(token: String, of user: UInt32) throws(JobStoreError) -> Job? {
        try write { transaction throws(JobStoreError) in try transaction.job(token: token, of: user)?.job }
    }

    /// Changes a job by one event, in a transaction of its own.
    @discardableResult
    func apply(_ event: JobEvent, to id: JobID, at now: Timestamp) throws(JobStoreError) -> Job {
        try write { transaction throws(JobStoreError) in
            guard var job = try transaction.job(id), (try? JobStateMachine.apply(event, to: &job, at: now)) != nil
            else { throw .refused("\(event) does not fit \(id)") }
            try transaction.update(job)
            return job
        }
    }

    func delete(_ id: JobID) throws(JobStoreError) {
        try write { transaction throws(JobStoreError) in try transaction.delete(id) }
    }

    func record(_ change: Change, of id: JobID) throws(JobStoreError) {
        try write { transaction throws(JobStoreError) in try transaction.record(change, of: id) }
    }

    func list(_ filter: JobFilter = JobFilter(), before: JobID? = nil, limit: Int = 1_000) throws(JobStoreError)
        -> [JobID]
    {
        try jobs(matching: filter, page: JobPage(before: before, limit: limit)).map(\.id)
    }
}
