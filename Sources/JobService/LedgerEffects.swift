import JobRunner
package import Jobs
import Threading

/// What a transaction calls for once it is durable.
package struct LedgerEffects {
    var submits: [(SubmitAnswer, [SubmitResult])] = []
    var refusedSubmits: [(SubmitAnswer, ServiceError)] = []
    /// What there was no room for.
    var refusedEntries: [(LedgerEntry, ServiceError)] = []
    var changes: [(Promise<[ChangeResult]>, [ChangeResult])] = []
    var retired: [(Promise<[RetiredJob]>, [RetiredJob])] = []
    var refused: [(Promise<Void>, ServiceError)] = []
    var acknowledged: [Promise<Void>] = []
    /// Attempts to start.
    package internal(set) var claims: [Claim] = []
    /// Attempts to stop, because somebody cancelled their jobs.
    package internal(set) var stops: [AttemptID] = []
    /// Signals to send to running attempts, in their order.
    package internal(set) var signals: [(AttemptID, SignalNumber)] = []
    /// Running attempts that are to stand still, or to go on, in their order.
    var pauses: [(AttemptID, isFrozen: Bool)] = []
    var endedAttempts: [AttemptID] = []
    /// Attempts that failed where the job has not ended.
    var failedAttempts: [(Job, attempt: Int, end: AttemptEnd)] = []
    /// Jobs that have ended, with their attempt where it was one that ended them.
    package internal(set) var endedJobs: [(job: Job, attempt: Int?, end: AttemptEnd?)] = []
    var changedJobs: [(Job, Change)] = []
    /// How many workers queues have now.
    var workers: [(QueueName, count: Int)] = []
    /// Queues whose running jobs are to be frozen, or thawed.
    var freezes: [(QueueName, isFrozen: Bool)] = []
    var queueChanges: [(QueueName, QueueChange, user: UInt32)] = []

    /// Answers those who wait for the entries.
    package func answer() {
        let claimed = ClaimedJobs(claims)
        for (answer, results) in submits {
            answer(.success(claims.isEmpty ? results : results.map { $0.map(claimed.corrected) }))
        }
        for (answer, refusal) in refusedSubmits { answer(.failure(refusal)) }
        for (entry, refusal) in refusedEntries { entry.fail(refusal) }
        for (promise, results) in changes { promise.succeed(results) }
        for (promise, jobs) in retired { promise.succeed(jobs) }
        for (promise, refusal) in refused { promise.fail(refusal) }
        for promise in acknowledged { promise.succeed(()) }
    }
}

/// The claims of one transaction, as its receipts must know them.
private struct ClaimedJobs {
    private var ids: Set<JobID>
    private var counts: [QueueName: Int] = [:]

    init(_ claims: [Claim]) {
        ids = Set(minimumCapacity: claims.count)
        for claim in claims {
            ids.insert(claim.job.id)
            counts[claim.order.queue, default: 0] += 1
        }
    }

    /// What a receipt says after the claims: a job that was claimed never waited, and those that were claimed before
    /// another are not ahead of it.
    func corrected(_ receipt: Receipt) -> Receipt {
        guard let count = counts[receipt.queue] else { return receipt }
        let isClaimed = ids.contains(receipt.id)
        return Receipt(
            id: receipt.id, queue: receipt.queue, state: isClaimed ? .running : receipt.state,
            existing: receipt.existing, ahead: isClaimed ? 0 : max(0, receipt.ahead - count),
            isPaused: receipt.isPaused)
    }
}
