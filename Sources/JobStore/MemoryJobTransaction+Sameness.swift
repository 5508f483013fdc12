import Jobs

/// What must not be there twice: tokens and keys.
extension MemoryJobTransaction {
    func job(token: String, of user: UInt32) -> (job: Job, isEdited: Bool)? {
        table.tokens[.init(user: user, text: token)].flatMap { table.jobs[$0] }.map { ($0.job, $0.isEdited) }
    }

    func job(key: String, of user: UInt32) -> Job? {
        table.keys[.init(user: user, text: key)].flatMap { table.jobs[$0]?.job }
    }

    func takeKey(of job: Job) throws(JobStoreError) {
        _ = try row(job.id)
        guard let name = Self.key(of: job) else { return }
        if let owner = table.keys[name] { throw .refused("the key \(name.text) is taken by \(owner)") }
        table.keys[name] = job.id
    }

    func releaseKey(of job: Job) {
        guard let name = Self.key(of: job), table.keys[name] == job.id else { return }
        table.keys[name] = nil
    }

    private static func key(of job: Job) -> MemoryJobTable.UserName? {
        job.spec.key.map { .init(user: job.submitter.user, text: $0.text) }
    }
}
