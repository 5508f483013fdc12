import Jobs

/// One transaction of the reference: it works on a copy of all that is stored.
final class MemoryJobTransaction: JobTransaction {
    var table: MemoryJobTable

    init(table: MemoryJobTable) {
        self.table = table
    }

    // MARK: Jobs

    func insert(_ new: NewJob) throws(JobStoreError) -> JobID {
        let token = new.token.map { MemoryJobTable.UserName(user: new.submitter.user, text: $0) }
        if let token, table.tokens[token] != nil { throw .refused("the token \(token.text) is taken") }
        for dependency in new.dependencies { _ = try row(dependency.on) }
        guard Set(new.dependencies.map(\.on)).count == new.dependencies.count else {
            throw .refused("a job cannot wait for another twice")
        }
        table.lastID += 1
        let id = JobID(rawValue: table.lastID)
        table.jobs[id] = MemoryJobRow(job: new.job(id), token: new.token, isEdited: false)
        if let token { table.tokens[token] = id }
        if !new.attachments.isEmpty { table.attachments[id] = new.attachments }
        for dependency in new.dependencies { add(dependency, of: id, isOpen: new.open.contains(dependency.on)) }
        return id
    }

    func job(_ id: JobID) -> Job? { table.jobs[id]?.job }

    func attachments(of job: JobID) -> Attachments { table.attachments[job] ?? Attachments() }

    func update(_ job: Job, was before: Job) throws(JobStoreError) {
        let row = try row(job.id)
        guard row.job == before else { throw .refused("\(job.id) is not stored as \(before)") }
        var stored = row.job
        stored.state = job.state
        stored.attempts = job.attempts
        stored.spentAttempts = job.spentAttempts
        stored.crashes = job.crashes
        stored.openDependencies = job.openDependencies
        stored.ended = job.ended
        table.jobs[job.id] = MemoryJobRow(job: stored, token: row.token, isEdited: row.isEdited)
    }

    func rewrite(_ job: Job) throws(JobStoreError) {
        let row = try row(job.id)
        var stored = row.job
        stored.spec = job.spec
        table.jobs[job.id] = MemoryJobRow(job: stored, token: row.token, isEdited: true)
    }

    func delete(_ job: JobID) throws(JobStoreError) {
        let row = try row(job)
        guard !hasDependants(job) else { throw .refused("another job waits for \(job)") }
        table.jobs[job] = nil
        table.attachments[job] = nil
        table.attempts[job] = nil
        table.changes[job] = nil
        if let token = row.token { table.tokens[.init(user: row.job.submitter.user, text: token)] = nil }
        releaseKey(of: row.job)
        for other in table.dependencies[job, default: [:]].keys { removeDependant(job, of: other) }
        table.dependencies[job] = nil
        table.toSettle.remove(job)
        giveBack(by: job)
    }

    func record(_ change: Change, of job: JobID) throws(JobStoreError) {
        _ = try row(job)
        table.changes[job, default: []].append(change)
    }

    // MARK: Attempts

    func begin(_ attempt: Attempt, of job: JobID) throws(JobStoreError) {
        _ = try row(job)
        guard index(of: attempt.number, of: job) == nil else {
            throw .refused("there is an attempt \(job).\(attempt.number) already")
        }
        table.attempts[job, default: []].append(attempt)
        table.attempts[job]?.sort { $0.number < $1.number }
    }

    func end(_ attempt: AttemptID, _ end: AttemptEnd, next: JobState.Name) throws(JobStoreError) {
        guard let index = index(of: attempt.number, of: attempt.job), table.attempts[attempt.job]?[index].end == nil
        else { throw .refused("there is no attempt \(attempt) that runs") }
        table.attempts[attempt.job]?[index].end = end
        table.attempts[attempt.job]?[index].next = next
    }

    private func index(of number: Int, of job: JobID) -> Int? {
        table.attempts[job]?.firstIndex { $0.number == number }
    }

    // MARK: Queues

    func set(_ setting: String, of queue: QueueName, to value: StoredSetting?) {
        table.settings[queue, default: [:]][setting] = value
        if table.settings[queue]?.isEmpty == true { table.settings[queue] = nil }
    }

    /// What is stored of a job that must be there.
    func row(_ id: JobID) throws(JobStoreError) -> MemoryJobRow {
        guard let row = table.jobs[id] else { throw .refused("there is no job \(id)") }
        return row
    }
}
