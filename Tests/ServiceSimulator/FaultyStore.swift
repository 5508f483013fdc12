import JobStore
import Jobs

/// The reference store with faults: commits that fail, or whose fate stays unknown.
///
/// One thread uses it: that of the simulation; hence unchecked.
final class FaultyStore: JobStore, @unchecked Sendable {
    /// What becomes of a commit.
    enum Fault: CaseIterable {
        /// Nothing is stored, and the store says so.
        case refused
        /// It is stored, and nobody learns it.
        case storedButUnknown
        /// It is not stored, and nobody learns it.
        case lostAndUnknown
    }

    /// The committed truth.
    let memory = MemoryJobStore()
    /// What becomes of the next commit.
    var nextFault: Fault?
    /// Whether the last write said that it was stored, and was not.
    private(set) var hasLied = false
    /// Jobs that were made or changed since the checker last looked.
    var touched: Set<JobID> = []
    private let flaw: Flaw?

    init(flaw: Flaw?) {
        self.flaw = flaw
    }

    var identity: String { memory.identity }

    func write<Result>(
        _ body: (any JobTransaction) throws(JobStoreError) -> Result
    ) throws(JobStoreError) -> Result {
        let fault = nextFault
        nextFault = nil
        hasLied = false
        var result: Result?
        var keys: [Job] = []
        do {
            try memory.write { transaction throws(JobStoreError) in
                let flawed = FlawedTransaction(transaction, flaw: flaw)
                result = try body(flawed)
                keys = flawed.takenKeys
                touched.formUnion(flawed.touched)
                if fault == .refused || fault == .lostAndUnknown { throw .refused("a fault") }
            }
        } catch {
            if result != nil, flaw == .keyLeakedOnFailedCommit { try leak(keys) }
            guard let result, flaw == .acknowledgedEarly else {
                throw fault == .lostAndUnknown ? .outcomeUnknown("a fault") : error
            }
            hasLied = true
            return result
        }
        guard let result, fault == nil else { throw .outcomeUnknown("a fault") }
        return result
    }

    /// Some other job has the keys then of those that were not stored.
    private func leak(_ holders: [Job]) throws(JobStoreError) {
        guard let other = try memory.jobs(matching: JobFilter(), page: JobPage(limit: 1)).first else { return }
        try memory.write { transaction throws(JobStoreError) in
            for job in holders {
                var wrong = other
                wrong.spec.key = job.spec.key
                try transaction.takeKey(of: wrong)
            }
        }
    }

    // MARK: Questions

    func job(_ id: JobID) throws(JobStoreError) -> Job? { try memory.job(id) }
    func jobs(matching filter: JobFilter, page: JobPage) throws(JobStoreError) -> [Job] {
        try memory.jobs(matching: filter, page: page)
    }
    func attempts(of job: JobID, last limit: Int) throws(JobStoreError) -> [Attempt] {
        try memory.attempts(of: job, last: limit)
    }
    func changes(of job: JobID, last limit: Int) throws(JobStoreError) -> [Change] {
        try memory.changes(of: job, last: limit)
    }
    func dependencies(of job: JobID, limit: Int) throws(JobStoreError) -> [Dependency] {
        try memory.dependencies(of: job, limit: limit)
    }
    func openDependencies(of job: JobID, limit: Int) throws(JobStoreError) -> [Dependency] {
        try memory.openDependencies(of: job, limit: limit)
    }
    func jobsAhead(of job: Job, limit: Int) throws(JobStoreError) -> Int { try memory.jobsAhead(of: job, limit: limit) }
    func takers(of resource: Resource, limit: Int) throws(JobStoreError) -> [JobID] {
        try memory.takers(of: resource, limit: limit)
    }
    func amountTaken(of resource: Resource) throws(JobStoreError) -> Int { try memory.amountTaken(of: resource) }
    func queueSettings() throws(JobStoreError) -> [QueueName: [String: StoredSetting]] { try memory.queueSettings() }
    func counts() throws(JobStoreError) -> JobCounts { try memory.counts() }
    func tidy() throws(JobStoreError) {}
    func close() {}
}
