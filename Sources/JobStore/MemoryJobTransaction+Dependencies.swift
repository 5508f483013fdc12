import Jobs

/// Who waits for whom.
extension MemoryJobTransaction {
    func dependencies(of job: JobID) -> [Dependency] { table.dependencies(of: job) { _ in true } }

    func hasDependants(_ job: JobID) -> Bool { table.dependants[job] != nil }

    func addToSettle(_ job: JobID) throws(JobStoreError) {
        _ = try row(job)
        table.toSettle.insert(job)
    }

    func jobsToSettle(limit: Int) -> [JobID] { Array(table.toSettle.sorted().prefix(limit)) }

    func removeToSettle(_ job: JobID) { table.toSettle.remove(job) }

    func dependants(of job: JobID, limit: Int) -> [Dependant] {
        table.dependants[job, default: []].sorted().prefix(limit).compactMap { dependant in
            table.dependencies[dependant]?[job].map { Dependant(job: dependant, condition: $0.condition) }
        }
    }

    func setDependency(of job: JobID, on other: JobID, isOpen: Bool) throws(JobStoreError) {
        if isOpen { _ = try row(other) }
        guard table.dependencies[job]?[other] != nil else { throw .refused("\(job) does not wait for \(other)") }
        table.dependencies[job]?[other]?.isOpen = isOpen
        if isOpen {
            table.dependants[other, default: []].insert(job)
        } else {
            removeDependant(job, of: other)
        }
    }

    func add(_ dependency: Dependency, of job: JobID, isOpen: Bool) {
        let link = MemoryJobTable.Link(condition: dependency.condition, isOpen: isOpen)
        table.dependencies[job, default: [:]][dependency.on] = link
        if isOpen { table.dependants[dependency.on, default: []].insert(job) }
    }

    func removeDependant(_ job: JobID, of other: JobID) {
        table.dependants[other]?.remove(job)
        if table.dependants[other]?.isEmpty == true { table.dependants[other] = nil }
    }
}
