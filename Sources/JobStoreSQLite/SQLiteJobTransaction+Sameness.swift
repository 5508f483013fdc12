import JobStore
import Jobs

/// What must not be there twice: tokens and keys.
extension SQLiteJobTransaction {
    func job(token: String, of user: UInt32) throws(JobStoreError) -> (job: Job, isEdited: Bool)? {
        let found = try connection.statement(
            "SELECT job, edited FROM token JOIN spec USING (job) WHERE uid = ? AND token.token = ?"
        ).first {
            $0.bind(Int64(user))
            $0.bind(token)
        } read: {
            (id: JobID(rawValue: $0.integer(0)), isEdited: $0.optionalInteger(1) != nil)
        }
        guard let (id, isEdited) = found, let job = try job(id) else { return nil }
        return (job, isEdited)
    }

    func job(key: String, of user: UInt32) throws(JobStoreError) -> Job? {
        let id = try connection.statement("SELECT job FROM unique_key WHERE uid = ? AND key = ?").first {
            $0.bind(Int64(user))
            $0.bind(key)
        } read: {
            JobID(rawValue: $0.integer(0))
        }
        guard let id else { return nil }
        return try job(id)
    }

    func takeKey(of job: Job) throws(JobStoreError) {
        try require(job.id)
        guard let key = job.shared.spec.key else { return }
        try connection.statement("INSERT INTO unique_key (uid, key, job) VALUES (?, ?, ?)")
            .run {
                $0.bind(Int64(job.submitter.user))
                $0.bind(key.text)
                $0.bind(job.id)
            }
    }

    func releaseKey(of job: Job) throws(JobStoreError) {
        guard let key = job.shared.spec.key else { return }
        try releaseKey(key.text, of: Int64(job.submitter.user), by: job.id)
    }

    func releaseKey(_ key: String, of user: Int64, by job: JobID) throws(JobStoreError) {
        try connection.statement("DELETE FROM unique_key WHERE uid = ? AND key = ? AND job = ?")
            .run {
                $0.bind(user)
                $0.bind(key)
                $0.bind(job)
            }
    }
}
