package import JobStore
package import Jobs

extension JobService {
    /// A job that the requester may see; `nil` for others and for those that do not exist.
    package func job(_ id: JobID, for requester: Requester) throws(JobStoreError) -> Job? {
        guard let job = try store.job(id), requester.maySee(job) else { return nil }
        return job
    }

    /// One page of the jobs that match and that the requester may see, newest first.
    package func jobs(
        matching filter: JobFilter, page: JobPage, for requester: Requester
    ) throws(JobStoreError) -> [Job] {
        var filter = filter
        if !requester.isAdministrator {
            if let other = filter.user, other != requester.user { return [] }
            filter.user = requester.user
        }
        return try store.jobs(matching: filter, page: page)
    }

    /// The newest attempts of a job, at most `limit`, oldest first.
    package func attempts(of job: JobID, last limit: Int) throws(JobStoreError) -> [Attempt] {
        try store.attempts(of: job, last: limit)
    }

    /// The life of a job, oldest step first: its submit, and of its attempts and changes the newest, at most `limit`
    /// of each.
    package func history(of job: Job, last limit: Int) throws(JobStoreError) -> [Transition] {
        Transition.all(
            of: job, attempts: try store.attempts(of: job.id, last: limit),
            changes: try store.changes(of: job.id, last: limit))
    }

    /// What a job waits for or has waited for, by id, at most `limit`.
    package func dependencies(of job: JobID, limit: Int) throws(JobStoreError) -> [Dependency] {
        try store.dependencies(of: job, limit: limit)
    }

    /// The one reason why a job does not run now.
    package func why(_ job: Job) throws(JobStoreError) -> WaitReason {
        let current = ledger.current
        return try JobStanding(
            store: store, current: current, rules: current.rules, now: now(), isFrozen: isFrozen(job)
        )
        .reason(for: job)
    }

    /// What there is too little of on the disk, as the ledger last saw it; `nil` where there is enough.
    package var shortage: SpaceShortage? { ledger.current.shortage }

    package func counts() throws(JobStoreError) -> JobCounts { try store.counts() }

    /// The queues, by name, as the ledger last saw them.
    package var queues: [QueueStatus] {
        ledger.current.queues.values.map(\.status).sorted { $0.settings.name < $1.settings.name }
    }

    /// How long jobs are kept that have ended.
    package var retention: Retention { ledger.current.rules.retention }

    /// The capacities of the resources that jobs may need, by name.
    package var resources: [String: Int] { ledger.current.rules.resources }
}
