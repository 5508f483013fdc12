import JobStore
import Jobs

/// Finds the one reason why a job does not run now.
struct JobStanding {
    let store: any JobStore
    let current: Ledger.Published
    let rules: LedgerRules
    let now: Timestamp
    /// Whether the job's attempt stands still.
    let isFrozen: Bool

    /// Other jobs that a reason names.
    private static let namedJobs = 10

    /// Changes among which the one is looked for that led to where the job stands.
    private static let lookedAtChanges = 100

    /// Jobs ahead are counted up to so many.
    private static let mostAhead = 10_000

    func reason(for job: Job) throws(JobStoreError) -> WaitReason {
        switch job.state {
        case .succeeded, .failed, .cancelled: return .ended
        case .running(let attempt, let isStopping):
            let since = try store.attempts(of: job.id, last: 1).last?.claimed ?? now
            let isQueueFrozen = current.queues[job.spec.queue]?.pause?.mode == .freeze
            let standstill: Standstill? = isQueueFrozen ? .queue : isFrozen ? .job : nil
            return .running(attempt: attempt, since: since, isStopping: isStopping, standstill: standstill)
        case .held:
            let hold = try store.changes(of: job.id, last: Self.lookedAtChanges).last { $0.cause == .held }
            return .held(
                by: hold?.by ?? .user(job.submitter.user), since: hold?.at ?? job.submitted)
        case .blocked:
            let others = try store.openDependencies(of: job.id, limit: Self.namedJobs)
            return .blocked(by: others, count: job.openDependencies)
        case .scheduled(let until):
            guard job.spentAttempts > 0, try !wasGivenTime(job) else { return .scheduled(until: until) }
            return .backoff(until: until, failed: job.spentAttempts)
        case .ready(_, let lacked):
            return try reason(forReady: job, lacked: lacked)
        }
    }

    /// Whether somebody has given it another time since its last attempt.
    private func wasGivenTime(_ job: Job) throws(JobStoreError) -> Bool {
        try store.changes(of: job.id, last: Self.lookedAtChanges).contains { change in
            guard case .edited(let fields) = change.cause, change.attempts == job.attempts else { return false }
            return fields.split(separator: ",").contains("at")
        }
    }

    private func reason(forReady job: Job, lacked: Resource?) throws(JobStoreError) -> WaitReason {
        guard let queue = current.queues[job.spec.queue] else { return .noQueue(known: rules.queues) }
        if !current.isClaiming { return .draining }
        if let shortage = current.shortage {
            return .noSpace(folder: shortage.folder, free: shortage.free, needed: shortage.needed)
        }
        if let pause = queue.pause { return .paused(by: pause.by, since: pause.since) }
        if let lacked, let requirement = job.requirements.first(where: { $0.resource == lacked }) {
            let takers = try store.takers(of: lacked, limit: Self.namedJobs)
            return .lacks(
                requirement, taken: try store.amountTaken(of: lacked), bound: rules.bound(of: requirement),
                takers: takers)
        }
        let slots = min(job.spec.slots, queue.settings.workers)
        let ahead = try store.jobsAhead(of: job, limit: Self.mostAhead)
        if queue.takenSlots + slots > queue.settings.workers {
            return .busy(
                taken: queue.takenSlots, workers: queue.settings.workers, slots: slots, ahead: ahead)
        }
        if let rate = queue.settings.rate, let next = queue.nextStart { return .rate(rate, next: next) }
        return ahead > 0
            ? .busy(taken: queue.takenSlots, workers: queue.settings.workers, slots: slots, ahead: ahead) : .next
    }
}
