import JobStore
import Jobs

/// Who waits for whom. No query passes over what is settled.
extension SQLiteJobTransaction {
    func dependencies(of job: JobID) throws(JobStoreError) -> [Dependency] {
        try SQLiteQueries.dependencies(of: job, limit: .max, on: connection)
    }

    func hasDependants(_ job: JobID) throws(JobStoreError) -> Bool {
        try connection.statement(.findDependant).first {
            $0.bind(job)
        } read: {
            $0.integer(0)
        } != nil
    }

    func addToSettle(_ job: JobID) throws(JobStoreError) {
        try require(job)
        try connection.statement("INSERT OR IGNORE INTO settle (job) VALUES (?)").run { $0.bind(job) }
    }

    func jobsToSettle(limit: Int) throws(JobStoreError) -> [JobID] {
        try connection.statement("SELECT job FROM settle ORDER BY job LIMIT ?")
            .rows {
                $0.bind(limit)
            } read: {
                JobID(rawValue: $0.integer(0))
            }
    }

    func removeToSettle(_ job: JobID) throws(JobStoreError) {
        try connection.statement("DELETE FROM settle WHERE job = ?").run { $0.bind(job) }
    }

    func dependants(of job: JobID, limit: Int) throws(JobStoreError) -> [Dependant] {
        try connection.statement(
            "SELECT job, condition FROM dependency WHERE other = ? AND open = 1 ORDER BY job LIMIT ?"
        ).rows {
            $0.bind(job)
            $0.bind(limit)
        } read: { row throws(JobStoreError) in
            Dependant(
                job: JobID(rawValue: row.integer(0)), condition: try SQLiteDependencyCode.condition(row.integer(1)))
        }
    }

    func setDependency(of job: JobID, on other: JobID, isOpen: Bool) throws(JobStoreError) {
        if isOpen { try require(other) }
        let known = try connection.statement("UPDATE dependency SET open = ? WHERE job = ? AND other = ?").run {
            $0.bind(isOpen ? 1 : 0)
            $0.bind(job)
            $0.bind(other)
        }
        guard known == 1 else { throw .refused("\(job) does not wait for \(other)") }
    }

    func add(_ dependency: Dependency, of job: JobID, isOpen: Bool) throws(JobStoreError) {
        try connection.statement("INSERT INTO dependency (job, other, condition, open) VALUES (?, ?, ?, ?)").run {
            $0.bind(job)
            $0.bind(dependency.on)
            $0.bind(SQLiteDependencyCode.number(of: dependency.condition))
            $0.bind(isOpen ? 1 : 0)
        }
    }
}
