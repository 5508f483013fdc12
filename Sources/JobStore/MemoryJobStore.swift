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
        let transaction = MemoryJobTransaction(table: committed.withLock { $0 })
        let result = try body(transaction)
        let table = transaction.table
        committed.withLock { $0 = table }
        return result
    }

    package func job(_ id: JobID) throws(JobStoreError) -> Job? {
        committed.withLock { $0.jobs[id] }
    }

    package func jobs(matching filter: JobFilter, page: JobPage) throws(JobStoreError) -> [Job] {
        let all = committed.withLock { Array($0.jobs.values) }
        let matching = all.filter { job in
            (page.before.map { job.id < $0 } ?? true)
                && (filter.states.isEmpty || filter.states.contains(job.state.name))
                && (filter.queues.isEmpty || filter.queues.contains(job.spec.queue))
                && (filter.user.map { $0 == job.submitter.user } ?? true)
                && (filter.name.map { $0 == job.spec.name } ?? true)
        }
        return page.cut(matching.sorted { $0.id > $1.id })
    }

    package func attempts(of job: JobID) throws(JobStoreError) -> [Attempt] {
        committed.withLock { $0.attempts[job] ?? [] }
    }

    package func counts() throws(JobStoreError) -> JobCounts {
        var counts = JobCounts()
        for job in committed.withLock({ Array($0.jobs.values) }) { counts[job.spec.queue, job.state.name] += 1 }
        return counts
    }

    package func tidy() throws(JobStoreError) {}

    package func close() {}
}

/// Everything that is stored.
private struct MemoryJobTable: Sendable {
    var jobs: [JobID: Job] = [:]
    var attempts: [JobID: [Attempt]] = [:]
    var tokens: [TokenKey: JobID] = [:]
    var lastID: Int64 = 0

    struct TokenKey: Hashable {
        let user: UInt32
        let token: String
    }
}

private final class MemoryJobTransaction: JobTransaction {
    var table: MemoryJobTable

    init(table: MemoryJobTable) {
        self.table = table
    }

    func insert(_ new: NewJob) throws(JobStoreError) -> JobID {
        if let token = new.token, job(token: token, of: new.submitter.user) != nil {
            throw .refused("the token \(token) is taken")
        }
        table.lastID += 1
        let id = JobID(rawValue: table.lastID)
        table.jobs[id] = Job(
            id: id, spec: new.spec, submitter: new.submitter, submitted: new.submitted, state: new.state)
        if let token = new.token { table.tokens[.init(user: new.submitter.user, token: token)] = id }
        return id
    }

    func job(token: String, of user: UInt32) -> Job? {
        table.tokens[.init(user: user, token: token)].flatMap { table.jobs[$0] }
    }

    func job(_ id: JobID) -> Job? { table.jobs[id] }

    func readyJobs(in queue: QueueName, limit: Int) -> [Job] {
        let ready = table.jobs.values.compactMap { job -> (since: Timestamp, job: Job)? in
            guard case .ready(let since) = job.state, job.spec.queue == queue else { return nil }
            return (since, job)
        }
        let ordered = ready.sorted { left, right in
            (-left.job.spec.priority, left.since, left.job.id) < (-right.job.spec.priority, right.since, right.job.id)
        }
        return ordered.prefix(limit).map(\.job)
    }

    func dueJobs(at now: Timestamp, limit: Int) -> [Job] {
        Array(scheduled.prefix { $0.until <= now }.prefix(limit).map(\.job))
    }

    func nextDue() -> Timestamp? { scheduled.first?.until }

    func runningJobs() -> [Job] {
        table.jobs.values.filter { $0.state.name == .running }.sorted { $0.id < $1.id }
    }

    func update(_ job: Job) throws(JobStoreError) {
        guard table.jobs.updateValue(job, forKey: job.id) != nil else { throw .refused("there is no job \(job.id)") }
    }

    func begin(_ attempt: Attempt, of job: JobID) throws(JobStoreError) {
        guard table.attempts[job]?.contains(where: { $0.number == attempt.number }) != true else {
            throw .refused("there is an attempt \(job).\(attempt.number) already")
        }
        table.attempts[job, default: []].append(attempt)
    }

    func end(_ attempt: AttemptID, _ end: AttemptEnd) throws(JobStoreError) {
        guard let index = table.attempts[attempt.job]?.firstIndex(where: { $0.number == attempt.number }) else {
            throw .refused("there is no attempt \(attempt)")
        }
        table.attempts[attempt.job]?[index].end = end
    }

    private var scheduled: [(until: Timestamp, job: Job)] {
        let waiting = table.jobs.values.compactMap { job -> (until: Timestamp, job: Job)? in
            guard case .scheduled(let until) = job.state else { return nil }
            return (until, job)
        }
        return waiting.sorted { ($0.until, $0.job.id) < ($1.until, $1.job.id) }
    }
}
