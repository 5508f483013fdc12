import JobStore
import Jobs

/// What must not be there twice: tokens and keys.
extension SQLiteJobTransaction {
    func job(token: String, of user: UInt32) throws(JobStoreError) -> (job: Job, isEdited: Bool)? {
        let ids = try connection.statement(
            "SELECT job, edited FROM token JOIN spec USING (job) WHERE uid = ? AND token.token = ?"
        ).rows(.integer(Int64(user)), .text(token)) {
            (id: JobID(rawValue: $0.integer(0)), isEdited: $0.optionalInteger(1) != nil)
        }
        guard let (id, isEdited) = ids.first, let job = try job(id) else { return nil }
        return (job, isEdited)
    }

    func job(key: String, of user: UInt32) throws(JobStoreError) -> Job? {
        let ids = try connection.statement("SELECT job FROM unique_key WHERE uid = ? AND key = ?")
            .rows(.integer(Int64(user)), .text(key)) { JobID(rawValue: $0.integer(0)) }
        guard let id = ids.first else { return nil }
        return try job(id)
    }

    func takeKey(of job: Job) throws(JobStoreError) {
        try require(job.id)
        guard let key = job.spec.key else { return }
        try connection.statement("INSERT INTO unique_key (uid, key, job) VALUES (?, ?, ?)")
            .run(.integer(Int64(job.submitter.user)), .text(key.text), .integer(job.id.rawValue))
    }

    func releaseKey(of job: Job) throws(JobStoreError) {
        guard let key = job.spec.key else { return }
        try releaseKey(key.text, of: Int64(job.submitter.user), by: job.id)
    }

    func releaseKey(_ key: String, of user: Int64, by job: JobID) throws(JobStoreError) {
        try connection.statement("DELETE FROM unique_key WHERE uid = ? AND key = ? AND job = ?")
            .run(.integer(user), .text(key), .integer(job.rawValue))
    }
}
