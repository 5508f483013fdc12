import JobStore
import Jobs

/// What running jobs have taken, and what waiting ones lack.
extension SQLiteJobTransaction {
    func amountTaken(of resource: Resource) throws(JobStoreError) -> Int {
        try SQLiteQueries.amountTaken(of: resource, on: connection)
    }

    func take(_ requirements: [Requirement], for job: JobID) throws(JobStoreError) {
        try require(job)
        for requirement in requirements {
            try connection.statement("INSERT INTO taken (resource, job, amount) VALUES (?, ?, ?)").run {
                $0.bind(requirement.resource.text)
                $0.bind(job)
                $0.bind(requirement.amount)
            }
        }
    }

    func giveBack(by job: JobID) throws(JobStoreError) {
        try connection.statement("DELETE FROM taken WHERE job = ?").run { $0.bind(job) }
    }

    func lackedResources() throws(JobStoreError) -> [Resource] {
        try connection.statement("SELECT DISTINCT lacks FROM job WHERE state = 1 AND lacks > ''")
            .rows { row throws(JobStoreError) in try SQLiteJobRow.resource(row.text(0)) }
            .sorted { $0.text < $1.text }
    }
}
