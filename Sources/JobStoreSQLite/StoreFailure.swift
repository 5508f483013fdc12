import JobStore
import Threading

/// The first error of the system's that any connection met: after it nothing is written, and nothing acknowledged.
final class StoreFailure: Sendable {
    private let first = Monitor<String?>(nil)

    var isKnown: Bool { first.withLock { $0 != nil } }

    /// Throws where there was one.
    func check() throws(JobStoreError) {
        if let reason = first.withLock({ $0 }) { throw .outcomeUnknown(reason) }
    }

    /// Keeps the reason, if it is the first.
    ///
    /// - Returns: what is to be thrown.
    func note(_ error: JobStoreError) -> JobStoreError {
        let reason = if case .outcomeUnknown(let reason) = error { reason } else { error.description }
        first.withLock { $0 = $0 ?? reason }
        return .outcomeUnknown(reason)
    }
}
