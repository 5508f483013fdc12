import JobStore
import Jobs
import Threading

/// One batch of entries on its way through one transaction.
///
/// `apply` works on the open transaction and only notes what is to be done when it is durable. `LedgerEffects` does
/// that after the commit.
struct LedgerTransaction {
    private let transaction: any JobTransaction
    private let lanes: [QueueName: Lane]
    private let node: String
    private let now: Timestamp
    private(set) var state: LedgerState
    private(set) var effects = LedgerEffects()

    init(
        on transaction: any JobTransaction, state: LedgerState, lanes: [QueueName: Lane], node: String, now: Timestamp
    ) {
        self.transaction = transaction
        self.state = state
        self.lanes = lanes
        self.node = node
        self.now = now
    }

    mutating func apply(_ entry: LedgerEntry) throws(JobStoreError) {
        switch entry {
        case .submit(let submissions, let submitter, let promise):
            try submit(submissions, by: submitter, promise)
        case .ended(let attempt, let end):
            try record(attempt, end)
        case .cancel(let ids, let requester, let promise):
            var results: [CancelResult] = []
            for id in ids { results.append(try cancel(id, by: requester)) }
            effects.cancels.append((promise, results))
        case .setClaiming(let isClaiming, let promise):
            state.isClaiming = isClaiming
            effects.acknowledged.append(promise)
        case .ping(let promise):
            effects.acknowledged.append(promise)
        }
    }

    /// Makes ready what has become due, and claims for free workers what is ready.
    ///
    /// The last step of a transaction.
    mutating func settle() throws(JobStoreError) {
        try makeDueJobsReady()
        if state.isClaiming {
            for (queue, lane) in lanes.sorted(by: { $0.key < $1.key }) { try claim(in: queue, for: lane) }
        }
    }

    // MARK: Entries

    private mutating func submit(
        _ submissions: [Submission], by submitter: Submitter, _ promise: Promise<[Receipt]>
    ) throws(JobStoreError) {
        var known: [String: Job] = [:]
        if let refusal = try refusal(of: submissions, by: submitter, known: &known) {
            effects.refusedSubmits.append((promise, refusal))
            return
        }
        var receipts: [Receipt] = []
        var made: [String: Receipt] = [:]
        for submission in submissions {
            let token = submission.token
            if let job = token.flatMap({ known[$0] }) {
                receipts.append(
                    Receipt(id: job.id, queue: job.spec.queue, state: job.state.name, isRepeat: true, ahead: 0))
            } else if let receipt = token.flatMap({ made[$0] }) {
                receipts.append(receipt.repeated)
            } else {
                let receipt = try insert(submission, by: submitter)
                receipts.append(receipt)
                if let token { made[token] = receipt }
            }
        }
        effects.submits.append((promise, receipts))
    }

    /// Checks all before anything is stored, so that a submit is stored whole or not at all.
    private func refusal(
        of submissions: [Submission], by submitter: Submitter, known: inout [String: Job]
    ) throws(JobStoreError) -> ServiceError? {
        var specs: [String: JobSpec] = [:]
        for submission in submissions {
            guard lanes[submission.spec.queue] != nil else {
                return .noSuchQueue(submission.spec.queue, known: lanes.keys.sorted())
            }
            guard let token = submission.token else { continue }
            if let spec = specs.updateValue(submission.spec, forKey: token) {
                guard spec == submission.spec else { return .tokenTaken(token: token, job: known[token]?.id) }
                continue
            }
            guard let job = try transaction.job(token: token, of: submitter.user) else { continue }
            guard job.spec == submission.spec else { return .tokenTaken(token: token, job: job.id) }
            known[token] = job
        }
        return nil
    }

    private mutating func insert(_ submission: Submission, by submitter: Submitter) throws(JobStoreError) -> Receipt {
        let machine = JobStateMachine(submittedAt: now, delay: submission.spec.delay)
        let id = try transaction.insert(
            NewJob(
                spec: submission.spec, submitter: submitter, submitted: now, state: machine.state,
                token: submission.token))
        let queue = submission.spec.queue
        var ahead = 0
        switch machine.state {
        case .scheduled(let until): state.nextDue = min(until, state.nextDue ?? until)
        case .ready:
            ahead = state.readyJobs[queue, default: 0]
            state.readyJobs[queue] = ahead + 1
        case .running, .succeeded, .failed, .cancelled: break
        }
        return Receipt(id: id, queue: queue, state: machine.state.name, isRepeat: false, ahead: ahead)
    }

    private mutating func record(_ attempt: AttemptID, _ end: AttemptEnd) throws(JobStoreError) {
        guard let job = try transaction.job(attempt.job) else { return }
        state.freeWorkers[job.spec.queue, default: 0] += 1
        effects.endedAttempts.append(attempt)
        guard let (changed, _) = try change(job, by: .ended(attempt: attempt.number, end.outcome)) else { return }
        try transaction.end(attempt, end)
        effects.endedJobs.append((changed, attempt.number, end))
    }

    private mutating func cancel(_ id: JobID, by requester: Requester) throws(JobStoreError) -> CancelResult {
        guard let job = try transaction.job(id), requester.maySee(job) else { return .unknown }
        guard let (changed, action) = try change(job, by: .cancelRequested) else {
            return .alreadyFinal(job.state.name)
        }
        switch action {
        case .stop(let attempt):
            effects.stops.append(AttemptID(job: id, number: attempt))
            return .stopping
        case .none, .run, .announceEnd:
            effects.endedJobs.append((changed, nil, nil))
            return .cancelled
        }
    }

    // MARK: Due and ready jobs

    /// As many as one transaction takes at most, so that it stays short.
    private static let dueJobsPerTransaction = 1_000

    private mutating func makeDueJobsReady() throws(JobStoreError) {
        guard let due = state.nextDue, due <= now else { return }
        for job in try transaction.dueJobs(at: now, limit: Self.dueJobsPerTransaction) {
            // Its place in the order is the time it waited for, not the time we noticed.
            guard case .scheduled(let until) = job.state else { continue }
            _ = try change(job, by: .due(at: until))
        }
        state.nextDue = try transaction.nextDue()
    }

    private mutating func claim(in queue: QueueName, for lane: Lane) throws(JobStoreError) {
        let free = state.freeWorkers[queue, default: 0]
        guard free > 0, state.readyJobs[queue, default: 0] > 0 else { return }
        for job in try transaction.readyJobs(in: queue, limit: free) {
            guard let (changed, action) = try change(job, by: .claimed), case .run(let attempt) = action else {
                continue
            }
            try transaction.begin(Attempt(number: attempt, node: node, claimed: now), of: job.id)
            state.freeWorkers[queue, default: 0] -= 1
            effects.claims.append((lane, Claim(job: changed, attempt: attempt, settings: lane.settings)))
        }
    }

    /// Lets the state machine decide and stores what it decided; `nil` where the event no longer fits.
    private mutating func change(
        _ job: Job, by event: JobEvent
    ) throws(JobStoreError) -> (Job, JobStateMachine.Action)? {
        var machine = JobStateMachine(state: job.state, attempts: job.attempts)
        guard let action = try? machine.apply(event) else { return nil }
        guard machine.state != job.state else { return (job, action) }
        var changed = job
        changed.state = machine.state
        changed.attempts = machine.attempts
        changed.ended = machine.state.isFinal ? now : nil
        try transaction.update(changed)
        state.readyJobs[job.spec.queue, default: 0] += Self.readiness(machine.state) - Self.readiness(job.state)
        return (changed, action)
    }

    private static func readiness(_ state: JobState) -> Int { state.name == .ready ? 1 : 0 }
}
