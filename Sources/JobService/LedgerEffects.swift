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
        let claimed = claims.reduce(into: [QueueName: Set<JobID>]()) {
            $0[$1.order.queue, default: []].insert($1.job.id)
        }
        for (answer, results) in submits { answer(.success(Self.corrected(results, claimed))) }
        for (answer, refusal) in refusedSubmits { answer(.failure(refusal)) }
        for (entry, refusal) in refusedEntries { entry.fail(refusal) }
        for (promise, results) in changes { promise.succeed(results) }
        for (promise, jobs) in retired { promise.succeed(jobs) }
        for (promise, refusal) in refused { promise.fail(refusal) }
        for promise in acknowledged { promise.succeed(()) }
    }

    /// What receipts say after the claims of the same transaction: a job that was claimed never waited, and those that
    /// were claimed before another are not ahead of it.
    private static func corrected(_ results: [SubmitResult], _ claimed: [QueueName: Set<JobID>]) -> [SubmitResult] {
        guard !claimed.isEmpty else { return results }
        return results.map { $0.map { receipt in corrected(receipt, claimed: claimed[receipt.queue] ?? []) } }
    }

    private static func corrected(_ receipt: Receipt, claimed: Set<JobID>) -> Receipt {
        guard !claimed.isEmpty else { return receipt }
        let isClaimed = claimed.contains(receipt.id)
        return Receipt(
            id: receipt.id, queue: receipt.queue, state: isClaimed ? .running : receipt.state,
            existing: receipt.existing, ahead: isClaimed ? 0 : max(0, receipt.ahead - claimed.count),
            isPaused: receipt.isPaused)
    }
}
