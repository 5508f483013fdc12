import JobStore
import Jobs

extension LedgerTransaction {
    /// Makes ready what has become due.
    func makeDueJobsReady() throws(JobStoreError) {
        guard let due = core.state.nextDue, due <= now else { return }
        for var job in try transaction.dueJobs(at: now, limit: Self.jobsPerStep) {
            _ = try apply(.due, to: &job, cause: .due)
        }
        core.state.nextDue = try transaction.nextDue()
    }

    /// Fails what has waited for its first start as long as it may.
    func expireJobs() throws(JobStoreError) {
        guard let expiry = core.state.nextExpiry, expiry <= now else { return }
        for var job in try transaction.expiredJobs(at: now, limit: Self.jobsPerStep) {
            try expire(&job)
        }
        core.state.nextExpiry = try transaction.nextExpiry()
    }

    func expire(_ job: inout Job) throws(JobStoreError) {
        _ = try apply(.expired, to: &job, cause: .expired)
        effects.endedJobs.append((job, nil, nil))
    }

    // MARK: Retention

    func retired(_ query: RetentionQuery) throws(JobStoreError) -> [RetiredJob] {
        var found: [RetiredJob] = []
        for id in try transaction.endedJobs(in: query.state, before: query.before, limit: query.limit) {
            guard let job = try transaction.job(id) else { continue }
            found.append(RetiredJob(id: id, attempts: job.attempts, ended: job.ended))
        }
        return found
    }

    /// Removes jobs; one that somebody retried meanwhile, or that another has yet to be told of, stays.
    func remove(_ jobs: [RetiredJob]) throws(JobStoreError) {
        for retired in jobs {
            guard let job = try transaction.job(retired.id), job.state.isFinal, job.ended == retired.ended,
                try !transaction.hasDependants(job.id)
            else { continue }
            try transaction.delete(job.id)
        }
    }
}
