import JobStore
import Jobs
import Threading

/// One batch of entries on its way through one transaction.
///
/// It works on the open transaction and only notes what is to be done when that is durable: `LedgerEffects`.
final class LedgerTransaction {
    let transaction: any JobTransaction
    let core: LedgerCore
    let room: LedgerRoom
    let now: Timestamp
    var effects = LedgerEffects()

    /// Jobs that one transaction looks at of its own accord, so that it stays short.
    static let jobsPerStep = 500

    init(on transaction: any JobTransaction, core: LedgerCore, room: LedgerRoom, now: Timestamp) {
        self.transaction = transaction
        self.core = core
        self.room = room
        self.now = now
    }

    func apply(_ entry: LedgerEntry) throws(JobStoreError) {
        if case .outcomes(let shortage) = room, entry.takesRoom {
            effects.refusedEntries.append((entry, .noSpace(shortage)))
            return
        }
        switch entry {
        case .submit(let submissions, let submitter, let isAdministrator, let partial, let answer):
            try submit(submissions, by: submitter, isAdministrator: isAdministrator, partial: partial, answer)
        case .ended(let attempt, let end):
            try record(attempt, end)
        case .change(let ids, let request, let requester, let promise):
            var results: [ChangeResult] = []
            for id in ids { results.append(try change(id, as: request, by: requester)) }
            effects.changes.append((promise, results))
        case .set(let settings, let queue, let requester, let promise):
            try set(settings, of: queue, by: requester, promise)
        case .pause(let queue, let mode, let requester, let promise):
            try pause(queue, mode, by: requester, promise)
        case .configure(_, let promise): noteConfiguration(promise)
        case .findRetired(let query, let promise):
            effects.retired.append((promise, try retired(query)))
        case .remove(let jobs, let promise):
            try remove(jobs)
            effects.acknowledged.append(promise)
        case .setClaiming(let isClaiming, let promise):
            core.state.isClaiming = isClaiming
            effects.acknowledged.append(promise)
        case .ping(let promise):
            effects.acknowledged.append(promise)
        }
    }

    /// Does what is to be done without being asked, and claims for free workers what is ready.
    ///
    /// The last step of a transaction.
    func settle() throws(JobStoreError) {
        if case .outcomes = room { return }
        core.state.hasMore = false
        try expireJobs()
        try tellDependants()
        try makeDueJobsReady()
        try admitParkedJobs()
        guard core.state.isClaiming, case .plenty = room else { return }
        for queue in core.rules.queues { try claim(in: queue) }
        // A job that was found to lack one resource leaves others to those behind it.
        if !core.state.freed.isEmpty { core.state.hasMore = true }
    }

    // MARK: Changes of state

    /// Lets the state machine decide, stores what it decided, and notes what follows from it.
    ///
    /// - Parameter cause: what is recorded; `nil` where the attempt's own rows tell it.
    func apply(
        _ event: JobEvent, to job: inout Job, cause: Change.Cause? = nil, by who: Actor = .daemon
    ) throws(JobStoreError) -> Result<JobStateMachine.Action, JobStateError> {
        let before = job
        let action: JobStateMachine.Action
        do throws(JobStateError) {
            action = try JobStateMachine.apply(event, to: &job, at: now)
        } catch {
            return .failure(error)
        }
        guard job != before else { return .success(action) }
        try transaction.update(job, was: before)
        if job.state.name == .running, let running = core.state.running[job.id] {
            core.state.running[job.id] = RunningJob(job: job, slots: running.slots)
        }
        if let cause { try record(cause, of: job, by: who) }
        try noteConsequences(of: before, job)
        return .success(action)
    }

    func record(_ cause: Change.Cause, of job: Job, by who: Actor) throws(JobStoreError) {
        let change = Change(at: now, by: who, cause: cause, state: job.state.name, attempts: job.attempts)
        try transaction.record(change, of: job.id)
        effects.changedJobs.append((job, change))
    }

    /// What a step of one job means for its queue, for those that lack what it had, and for those that wait for it.
    private func noteConsequences(of before: Job, _ job: Job) throws(JobStoreError) {
        note(job, wasReady: before.state.name == .ready)
        if before.state.name == .ready, ![.ready, .running].contains(job.state.name) { freeResources(of: before) }
        guard job.state.isFinal, !before.state.isFinal else { return }
        try transaction.releaseKey(of: job)
        guard try transaction.hasDependants(job.id) else { return }
        try transaction.addToSettle(job.id)
        core.state.hasToSettle = true
    }

    /// Keeps in mind what the ledger must know of a job that is new, or stands elsewhere now.
    func note(_ job: Job, wasReady: Bool) {
        if let expiry = job.expiry { core.state.nextExpiry = min(expiry, core.state.nextExpiry ?? expiry) }
        let isReady = job.state.name == .ready
        switch job.state {
        case .scheduled(let until): core.state.nextDue = min(until, core.state.nextDue ?? until)
        case .blocked, .ready, .held, .running, .succeeded, .failed, .cancelled: break
        }
        guard isReady || wasReady else { return }
        core.state.withQueue(job.shared.spec.queue) { queue in
            if case .ready(_, nil) = job.state { queue.mayHaveClaimable = true }
            queue.readyJobs += (isReady ? 1 : 0) - (wasReady ? 1 : 0)
        }
    }

    /// Notes that there may be more now of all that a job took, or stood in line for.
    func freeResources(of job: Job) {
        guard !job.shared.spec.needs.isEmpty || !job.shared.spec.limits.isEmpty else { return }
        for requirement in job.requirements { core.state.freed.insert(requirement.resource) }
    }
}
