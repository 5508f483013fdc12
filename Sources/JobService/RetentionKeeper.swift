import JobStore
import Jobs
import Threading

/// Removes jobs that ended long ago, or that are too many: the body of a monitor thread.
///
/// Little by little: each step is a transaction so small that others do not notice.
struct RetentionKeeper: Sendable {
    let retention: Retention
    let store: any JobStore
    let ledger: Ledger
    /// Removes what a job's attempts have printed.
    let removeOutput: @Sendable (RetiredJob) -> Void
    let now: @Sendable () -> Timestamp

    /// Jobs that are removed in one transaction.
    private static let jobsPerStep = 100

    /// Removes all that need not be kept now.
    ///
    /// Returns early when the ledger takes nothing more; throws when storage fails.
    func run() throws {
        for state in JobState.Name.allCases where state.isFinal {
            if let age = retention.ages[state] { try remove(state, before: now() + (.zero - age), atMost: .max) }
            // Counted now: those that were too old are gone.
            let count = try store.counts().queues.values.reduce(0) { $0 + ($1[state] ?? 0) }
            try remove(state, before: Timestamp(nanoseconds: .max), atMost: count - retention.keep)
        }
    }

    private func remove(_ state: JobState.Name, before: Timestamp, atMost count: Int) throws {
        var left = count
        while left > 0 {
            let query = RetentionQuery(state: state, before: before, limit: min(left, Self.jobsPerStep))
            let found = try ask { .findRetired(query, $0) }
            // Output first: what is left of it after a crash would belong to no job.
            for job in found { removeOutput(job) }
            if !found.isEmpty { try ask { .remove(found, $0) } }
            guard found.count == query.limit else { return }
            left -= found.count
        }
    }

    private func ask<Answer: Sendable>(_ entry: (Promise<Answer>) -> LedgerEntry) throws -> Answer {
        let promise = Promise<Answer>()
        try ledger.put(entry(promise))
        return try promise.future.result()
    }
}
