import JobStore
import Jobs

/// A transaction that breaks one rule, and otherwise does what the one below does.
final class FlawedTransaction: JobTransaction {
    private let base: any JobTransaction
    private let flaw: Flaw?
    /// Jobs that have taken a key in this transaction.
    private(set) var takenKeys: [Job] = []
    /// Jobs that this transaction has made or changed.
    private(set) var touched: Set<JobID> = []

    init(_ base: any JobTransaction, flaw: Flaw?) {
        self.base = base
        self.flaw = flaw
    }

    func attachments(of job: JobID) throws(JobStoreError) -> Attachments { try base.attachments(of: job) }

    // MARK: Broken rules

    func update(_ job: Job, was before: Job) throws(JobStoreError) {
        touched.insert(job.id)
        var job = job
        var before = before
        if let flaw, let stored = try base.job(job.id) {
            // What a flaw has stored is not what the ledger means.
            before = stored
            switch (flaw, job.state) {
            case (.retryCountedTwice, _) where job.spentAttempts > before.spentAttempts:
                job.spentAttempts += 1
            case (.dependencyMetTooEarly, .blocked) where job.openDependencies < before.openDependencies:
                job.state = .ready(since: job.submitted)
                job.openDependencies = 0
            case (.cancelForgotten, .running(let attempt, isStopping: true)):
                job.state = .running(attempt: attempt)
            default: break
            }
        }
        try base.update(job, was: before)
    }

    func readyJobs(in queue: QueueName, limit: Int) throws(JobStoreError) -> [Job] {
        guard flaw == .priorityReversed else { return try base.readyJobs(in: queue, limit: limit) }
        return Array(try base.readyJobs(in: queue, limit: .max).reversed().prefix(limit))
    }

    func dueJobs(at now: Timestamp, limit: Int) throws(JobStoreError) -> [Job] {
        let soon = flaw == .dueTimeIgnored ? Timestamp(nanoseconds: .max) : now
        return try base.dueJobs(at: soon, limit: limit)
    }

    func nextDue() throws(JobStoreError) -> Timestamp? {
        let next = try base.nextDue()
        return flaw == .dueTimeIgnored ? next.map { _ in Timestamp(nanoseconds: 0) } : next
    }

    func expiredJobs(at now: Timestamp, limit: Int) throws(JobStoreError) -> [Job] {
        flaw == .expiryIgnored ? [] : try base.expiredJobs(at: now, limit: limit)
    }

    func nextExpiry() throws(JobStoreError) -> Timestamp? { flaw == .expiryIgnored ? nil : try base.nextExpiry() }

    func releaseKey(of job: Job) throws(JobStoreError) {
        if flaw != .keyNeverReleased { try base.releaseKey(of: job) }
    }

    func amountTaken(of resource: Resource) throws(JobStoreError) -> Int {
        flaw == .resourcesNotCounted ? 0 : try base.amountTaken(of: resource)
    }

    func parkedJobs(lacking resource: Resource, in queue: QueueName, limit: Int) throws(JobStoreError) -> [Job] {
        // More than one are asked for only to wake them.
        if flaw == .wakeUpLost, limit > 1 { return [] }
        return try base.parkedJobs(lacking: resource, in: queue, limit: limit)
    }

    func job(token: String, of user: UInt32) throws(JobStoreError) -> (job: Job, isEdited: Bool)? {
        flaw == .tokenForgotten ? nil : try base.job(token: token, of: user)
    }

    func insert(_ job: NewJob) throws(JobStoreError) -> JobID {
        var job = job
        if flaw == .tokenForgotten {
            job = NewJob(
                spec: job.spec, submitter: job.submitter, submitted: job.submitted, state: job.state,
                dependencies: job.dependencies, open: job.open)
        }
        let id = try base.insert(job)
        touched.insert(id)
        return id
    }

    // MARK: The rest

    func job(_ id: JobID) throws(JobStoreError) -> Job? { try base.job(id) }
    func rewrite(_ job: Job) throws(JobStoreError) { try base.rewrite(job) }
    func delete(_ job: JobID) throws(JobStoreError) { try base.delete(job) }
    func record(_ change: Change, of job: JobID) throws(JobStoreError) { try base.record(change, of: job) }
    func job(key: String, of user: UInt32) throws(JobStoreError) -> Job? { try base.job(key: key, of: user) }
    func takeKey(of job: Job) throws(JobStoreError) {
        try base.takeKey(of: job)
        takenKeys.append(job)
    }
    func runningJobs() throws(JobStoreError) -> [Job] { try base.runningJobs() }
    func begin(_ attempt: Attempt, of job: JobID) throws(JobStoreError) { try base.begin(attempt, of: job) }
    func end(_ attempt: AttemptID, _ end: AttemptEnd, next: JobState.Name) throws(JobStoreError) {
        try base.end(attempt, end, next: next)
    }
    func dependencies(of job: JobID) throws(JobStoreError) -> [Dependency] { try base.dependencies(of: job) }
    func hasDependants(_ job: JobID) throws(JobStoreError) -> Bool { try base.hasDependants(job) }
    func addToSettle(_ job: JobID) throws(JobStoreError) { try base.addToSettle(job) }
    func jobsToSettle(limit: Int) throws(JobStoreError) -> [JobID] { try base.jobsToSettle(limit: limit) }
    func removeToSettle(_ job: JobID) throws(JobStoreError) { try base.removeToSettle(job) }
    func dependants(of job: JobID, limit: Int) throws(JobStoreError) -> [Dependant] {
        try base.dependants(of: job, limit: limit)
    }
    func setDependency(of job: JobID, on other: JobID, isOpen: Bool) throws(JobStoreError) {
        try base.setDependency(of: job, on: other, isOpen: isOpen)
    }
    func take(_ requirements: [Requirement], for job: JobID) throws(JobStoreError) {
        try base.take(requirements, for: job)
    }
    func giveBack(by job: JobID) throws(JobStoreError) { try base.giveBack(by: job) }
    func lackedResources() throws(JobStoreError) -> [Resource] { try base.lackedResources() }
    func set(_ setting: String, of queue: QueueName, to value: StoredSetting?) throws(JobStoreError) {
        try base.set(setting, of: queue, to: value)
    }
    func endedJobs(in state: JobState.Name, before: Timestamp, limit: Int) throws(JobStoreError) -> [JobID] {
        try base.endedJobs(in: state, before: before, limit: limit)
    }
}
