import JobRunner
import Jobs
import Threading

/// What a transaction calls for once it is durable.
struct LedgerEffects {
    var submits: [(Promise<[Receipt]>, [Receipt])] = []
    var refusedSubmits: [(Promise<[Receipt]>, ServiceError)] = []
    var cancels: [(Promise<[CancelResult]>, [CancelResult])] = []
    var acknowledged: [Promise<Void>] = []
    var claims: [(Lane, Claim)] = []
    var endedAttempts: [AttemptID] = []
    var endedJobs: [(Job, attempt: Int?, end: AttemptEnd?)] = []
    var stops: [AttemptID] = []

    /// Workers first, because they have the longest way; then those who wait for an answer; then those who watch.
    func perform(running: RunningAttempts, watchers: JobWatchers, observer: any ServiceObserver) {
        handOverClaims(running: running)
        for attempt in endedAttempts { running.remove(attempt) }
        for attempt in stops { running.stop(attempt, because: .cancel) }
        answer()
        for (_, claim) in claims {
            observer.jobStarted(claim.job, attempt: claim.order.id.number)
            watchers.tell(claim.job.id, .started)
        }
        for (job, attempt, end) in endedJobs {
            observer.jobEnded(job, attempt: attempt, end: end)
            watchers.tell(job.id, .ended)
        }
    }

    private func handOverClaims(running: RunningAttempts) {
        for (lane, claim) in claims {
            running.insert(claim)
            do {
                try lane.claims.put(claim)
            } catch {
                // Only when the lane was shut down, after the last claim: a claim now is a defect of ours.
                preconditionFailure("a claim for a lane that was shut down: \(error)")
            }
        }
    }

    private func answer() {
        let claimed = claims.reduce(into: [QueueName: Set<JobID>]()) {
            $0[$1.0.settings.name, default: []].insert($1.1.job.id)
        }
        for (promise, receipts) in submits {
            promise.succeed(receipts.map { Self.corrected($0, claimed: claimed[$0.queue] ?? []) })
        }
        for (promise, refusal) in refusedSubmits { promise.fail(refusal) }
        for (promise, results) in cancels { promise.succeed(results) }
        for promise in acknowledged { promise.succeed(()) }
    }

    /// What a receipt says after the claims of the same transaction: a job that was claimed never waited, and those
    /// that were claimed before another are not ahead of it.
    private static func corrected(_ receipt: Receipt, claimed: Set<JobID>) -> Receipt {
        let isClaimed = claimed.contains(receipt.id)
        return Receipt(
            id: receipt.id, queue: receipt.queue, state: isClaimed ? .running : receipt.state,
            isRepeat: receipt.isRepeat, ahead: isClaimed ? 0 : max(0, receipt.ahead - claimed.count))
    }
}
