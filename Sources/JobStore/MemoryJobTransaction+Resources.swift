import Jobs

/// What running jobs have taken, and what waiting ones lack.
extension MemoryJobTransaction {
    func amountTaken(of resource: Resource) -> Int { table.taken[resource, default: [:]].values.reduce(0, +) }

    func take(_ requirements: [Requirement], for job: JobID) throws(JobStoreError) {
        _ = try row(job)
        for requirement in requirements {
            guard table.taken[requirement.resource]?[job] == nil else {
                throw .refused("\(job) has taken of \(requirement.resource.text) already")
            }
            table.taken[requirement.resource, default: [:]][job] = requirement.amount
        }
    }

    func giveBack(by job: JobID) {
        for (resource, takers) in table.taken where takers[job] != nil {
            table.taken[resource] = takers.count > 1 ? takers.filter { $0.key != job } : nil
        }
    }

    func lackedResources() -> [Resource] {
        let lacked = table.jobs.values.compactMap { row -> Resource? in
            guard case .ready(_, let resource) = row.job.state else { return nil }
            return resource
        }
        return Set(lacked).sorted { $0.text < $1.text }
    }
}
