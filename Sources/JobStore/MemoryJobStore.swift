package import Jobs
import Threading

/// The reference: what every store must do, in the plainest words, and nothing survives the process.
///
/// It is what the conformance suite compares others with, and what tests of the service run on.
package final class MemoryJobStore: JobStore {
    private let committed = Monitor(MemoryJobTable())

    package let identity: String

    package init(identity: String = "memory") {
        self.identity = identity
    }

    package func write<Result>(
        _ body: (any JobTransaction) throws(JobStoreError) -> Result
    ) throws(JobStoreError) -> Result {
        // On a copy, so that a body that throws leaves nothing behind.
        let transaction = MemoryJobTransaction(table: table)
        let result = try body(transaction)
        let changed = transaction.table
        committed.withLock { $0 = changed }
        return result
    }

    /// What was committed last.
    private var table: MemoryJobTable { committed.withLock { $0 } }

    package func job(_ id: JobID) throws(JobStoreError) -> Job? { table.jobs[id]?.job }

    package func jobs(matching filter: JobFilter, page: JobPage) throws(JobStoreError) -> [Job] {
        let matching = table.jobs.values.map(\.job).filter { job in
            (page.before.map { job.id < $0 } ?? true)
                && (filter.states.isEmpty || filter.states.contains(job.state.name))
                && (filter.queues.isEmpty || filter.queues.contains(job.spec.queue))
                && (filter.user.map { $0 == job.submitter.user } ?? true)
                && (filter.name.map { $0 == job.spec.name } ?? true)
        }
        return page.cut(matching.sorted { $0.id > $1.id })
    }

    package func attempts(of job: JobID, last limit: Int) throws(JobStoreError) -> [Attempt] {
        (table.attempts[job] ?? []).suffix(limit)
    }

    package func changes(of job: JobID, last limit: Int) throws(JobStoreError) -> [Change] {
        (table.changes[job] ?? []).suffix(limit)
    }

    package func dependencies(of job: JobID, limit: Int) throws(JobStoreError) -> [Dependency] {
        Array(table.dependencies(of: job) { _ in true }.prefix(limit))
    }

    package func openDependencies(of job: JobID, limit: Int) throws(JobStoreError) -> [Dependency] {
        Array(table.dependencies(of: job, where: \.isOpen).prefix(limit))
    }

    package func jobsAhead(of job: Job, limit: Int) throws(JobStoreError) -> Int {
        guard case .ready(let since, _) = job.state else { return 0 }
        let place = MemoryJobTransaction.place(of: job, since: since)
        let ahead = table.jobs.values.filter { row in
            guard case .ready(let since, nil) = row.job.state, row.job.spec.queue == job.spec.queue else {
                return false
            }
            return MemoryJobTransaction.place(of: row.job, since: since) < place
        }
        return min(ahead.count, limit)
    }

    package func takers(of resource: Resource, limit: Int) throws(JobStoreError) -> [JobID] {
        Array(table.taken[resource, default: [:]].keys.sorted().prefix(limit))
    }

    package func amountTaken(of resource: Resource) throws(JobStoreError) -> Int {
        MemoryJobTransaction(table: table).amountTaken(of: resource)
    }

    package func queueSettings() throws(JobStoreError) -> [QueueName: [String: StoredSetting]] { table.settings }

    package func counts() throws(JobStoreError) -> JobCounts {
        var counts = JobCounts()
        for row in table.jobs.values { counts[row.job.spec.queue, row.job.state.name] += 1 }
        return counts
    }

    package func tidy() throws(JobStoreError) {}

    package func close() {}
}
