import JobStore
import JobStoreConformance
import Jobs
import Testing
import Threading

/// The random walk must find what is wrong, or it proves nothing.
struct RandomWalkTests {
    @Test("a walk finds no difference between the reference and itself", arguments: [1, 2] as [UInt64])
    func same(seed: UInt64) throws {
        var walk = RandomWalk(seed: seed, StoreUnderTest(MemoryJobStore()))
        try walk.run(steps: 100)
    }

    @Test("a walk catches a store that forgets a commit now and then", arguments: [1, 2, 3] as [UInt64])
    func forgetful(seed: UInt64) {
        withKnownIssue {
            var walk = RandomWalk(seed: seed, StoreUnderTest(ForgetfulStore()))
            try walk.run(steps: 100)
        }
    }
}

/// Answers each write, and forgets one in twenty-one: an odd number, because every other write of a walk only looks.
private final class ForgetfulStore: JobStore {
    private let memory = MemoryJobStore()
    private let writes = Monitor(0)

    func write<Result>(_ body: (any JobTransaction) throws(JobStoreError) -> Result) throws(JobStoreError) -> Result {
        let number = writes.withLock { count in
            count += 1
            return count
        }
        guard number % 21 == 0 else { return try memory.write(body) }
        var answer: Result?
        do throws(JobStoreError) {
            try memory.write { transaction throws(JobStoreError) in
                answer = try body(transaction)
                throw .refused("forgotten")
            }
        } catch {
            if answer == nil { throw error }
        }
        guard let answer else { throw .refused("there is no answer") }
        return answer
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
    func tidy() throws(JobStoreError) {}
    func close() {}
}
