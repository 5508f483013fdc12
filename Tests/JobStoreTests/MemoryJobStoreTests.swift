import JobStore
import JobStoreConformance
import Jobs
import Testing

/// The reference keeps the rules that it is the measure of.
struct MemoryJobStoreTests {
    @Test("a store keeps the rules", arguments: JobStoreCheck.all)
    func conforms(check: JobStoreCheck) throws {
        try check.run(StoreUnderTest(MemoryJobStore()))
    }

    @Test("counts that are nought are not there")
    func counts() throws {
        let queue = try #require(QueueName("q"))
        var counts = JobCounts()
        counts[queue, .ready] += 2
        counts[queue, .ready] -= 2
        #expect(counts == JobCounts())
        #expect(counts[queue, .ready] == 0)
    }
}
