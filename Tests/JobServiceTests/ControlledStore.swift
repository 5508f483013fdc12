import JobStore
import Jobs
import Threading

/// The memory store with a gate before each commit and faults on demand.
final class ControlledStore: JobStore {
    private struct State {
        var isHeld = false
        var waiting = 0
        var writes = 0
        var writeError: JobStoreError?
        /// Of the next writes, one after the other.
        var nextErrors: [JobStoreError?] = []
        var tidyError: JobStoreError?
        var writesBeforeTidyError = 0
        var rests = 0
    }

    private let memory: MemoryJobStore
    private let state = Monitor(State())
    private let changed = Condition()

    init(_ memory: MemoryJobStore = MemoryJobStore()) {
        self.memory = memory
    }

    /// From now on a write waits for `release`.
    func hold() { state.withLock { $0.isHeld = true } }

    func release() {
        state.withLock { $0.isHeld = false }
        changed.broadcast()
    }

    /// Waits until a write waits for its release.
    func waitForHeldWrite() -> Bool {
        state.wait(on: changed, until: .after(ServiceHarness.patience)) { $0.waiting > 0 ? true : nil } ?? false
    }

    /// From now on each write fails, and changes nothing.
    func failWrites(_ error: JobStoreError) { state.withLock { $0.writeError = error } }

    /// The next writes fail so, one after the other; `nil` is one that does not.
    func failNextWrites(_ errors: [JobStoreError?]) { state.withLock { $0.nextErrors = errors } }

    /// Tidying fails after the next write.
    func failTidying(_ error: JobStoreError) {
        state.withLock { state in
            state.tidyError = error
            state.writesBeforeTidyError = state.writes + 1
        }
    }

    /// Writes that were tried.
    var writes: Int { state.withLock { $0.writes } }

    func write<Result>(_ body: (any JobTransaction) throws(JobStoreError) -> Result) throws(JobStoreError) -> Result {
        state.withLock { $0.waiting += 1 }
        changed.broadcast()
        _ = state.wait(on: changed, until: .after(ServiceHarness.patience)) { $0.isHeld ? nil : true }
        let error = state.withLock { state -> JobStoreError? in
            state.waiting -= 1
            state.writes += 1
            return state.nextErrors.isEmpty ? state.writeError : state.nextErrors.removeFirst()
        }
        if let error { throw error }
        return try memory.write(body)
    }

    func tidy() throws(JobStoreError) {
        let error = state.withLock { $0.writes >= $0.writesBeforeTidyError ? $0.tidyError : nil }
        if let error { throw error }
        try memory.tidy()
    }

    func rest() {
        state.withLock { $0.rests += 1 }
        changed.broadcast()
    }

    /// How often it was told to rest.
    var rests: Int { state.withLock { $0.rests } }

    /// The same; waits until that is at least once.
    func waitForRest() -> Int {
        state.wait(on: changed, until: .after(ServiceHarness.patience)) { $0.rests > 0 ? $0.rests : nil } ?? 0
    }

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

    func jobsAhead(of job: Job, limit: Int) throws(JobStoreError) -> Int {
        try memory.jobsAhead(of: job, limit: limit)
    }

    func takers(of resource: Resource, limit: Int) throws(JobStoreError) -> [JobID] {
        try memory.takers(of: resource, limit: limit)
    }

    func amountTaken(of resource: Resource) throws(JobStoreError) -> Int { try memory.amountTaken(of: resource) }

    func queueSettings() throws(JobStoreError) -> [QueueName: [String: StoredSetting]] { try memory.queueSettings() }

    func counts() throws(JobStoreError) -> JobCounts { try memory.counts() }

    var identity: String { memory.identity }

    func close() { memory.close() }
}
