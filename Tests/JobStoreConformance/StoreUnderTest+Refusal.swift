import JobStore
import Jobs
import Testing

extension StoreUnderTest {
    /// Expects that an operation is refused, and that its transaction, given up, changed nothing that can be seen.
    func expectRefusal(
        of operation: Comment, _ body: (any JobTransaction) throws(JobStoreError) -> Void
    ) throws {
        let before = try Picture(of: store)
        do throws(JobStoreError) {
            try store.write(body)
            Issue.record("not refused: \(operation)")
        } catch {
            guard case .refused = error else {
                Issue.record("\(operation): \(error)")
                return
            }
        }
        #expect(try Picture(of: store) == before, operation)
    }
}
