import JobRunner
import JobStore
import Jobs

/// Does what a transaction calls for, on the ledger's thread.
struct LedgerOutlet: Sendable {
    let lanes: Lanes
    let running: RunningAttempts
    let watchers: JobWatchers
    let observer: any ServiceObserver
    let meter = LedgerMeter()

    /// Workers first, because they have the longest way; then those who wait for an answer; then those who watch.
    func perform(_ effects: LedgerEffects) {
        for claim in effects.claims {
            running.insert(claim)
            lanes[claim.order.queue]?.run(claim)
        }
        for attempt in effects.endedAttempts { running.remove(attempt) }
        for attempt in effects.stops { running.stop(attempt, because: .cancel) }
        for (attempt, signal) in effects.signals { running.send(signal, to: attempt) }
        for (attempt, isFrozen) in effects.pauses { running.setFrozen(isFrozen, attempt) }
        for (queue, isFrozen) in effects.freezes { running.setFrozen(isFrozen, in: queue) }
        for (queue, count) in effects.workers { lanes[queue]?.resize(to: count) }
        effects.answer()
        tell(effects)
    }

    private func tell(_ effects: LedgerEffects) {
        if !effects.submits.isEmpty { observer.jobsStored() }
        for (queue, change, user) in effects.queueChanges { observer.queueChanged(queue, change, by: user) }
        for (job, change) in effects.changedJobs { observer.jobChanged(job, change) }
        for claim in effects.claims {
            observer.jobStarted(claim.job, attempt: claim.order.id.number)
            watchers.tell(claim.job.id, .started)
        }
        for (job, attempt, end) in effects.failedAttempts {
            observer.attemptFailed(job, attempt: attempt, end: end)
            watchers.tell(job.id, .attemptFailed)
        }
        for (job, attempt, end) in effects.endedJobs {
            observer.jobEnded(job, attempt: attempt, end: end)
            watchers.tell(job.id, .ended)
        }
    }

    func storageFailed(_ error: JobStoreError) {
        observer.storageFailed(error.description)
        running.abandon()
    }
}
