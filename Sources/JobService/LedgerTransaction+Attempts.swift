import JobStore
import Jobs

extension LedgerTransaction {
    /// Notes the end of an attempt, and what becomes of its job.
    ///
    /// The end of an attempt that is not the current one counts for nothing.
    func record(_ attempt: AttemptID, _ end: AttemptEnd) throws(JobStoreError) {
        effects.endedAttempts.append(attempt)
        guard var job = try claimedJob(attempt.job) else { return }
        let event = JobEvent.ended(attempt: attempt.number, end.outcome, policy(of: job), jitter: core.jitter())
        guard case .success(let action) = try apply(event, to: &job) else { return }
        if let running = core.state.running.removeValue(forKey: job.id) {
            core.state.withQueue(job.shared.spec.queue) { $0.takenSlots -= running.slots }
        }
        try transaction.end(attempt, end, next: job.state.name)
        if !job.shared.spec.needs.isEmpty || !job.shared.spec.limits.isEmpty {
            try transaction.giveBack(by: job.id)
            freeResources(of: job)
        }
        if action == .announceEnd {
            effects.endedJobs.append((job, attempt.number, end))
        } else {
            effects.failedAttempts.append((job, attempt.number, end))
        }
    }

    /// A job that an attempt was of; after a restart only the store knows it.
    private func claimedJob(_ id: JobID) throws(JobStoreError) -> Job? {
        if let running = core.state.running[id] { return running.job }
        return try transaction.job(id)
    }

    private func policy(of job: Job) -> RetryPolicy {
        let request = job.shared.spec.retry
        guard let settings = core.state.queues[job.shared.spec.queue]?.settings else { return RetryPolicy(request) }
        return RetryPolicy(request, retries: settings.retries, backoff: settings.backoff)
    }

    // MARK: Claims

    /// Claims jobs of a queue as long as it has free workers and a job may start.
    func claim(in name: QueueName) throws(JobStoreError) {
        core.state.queues[name]?.nextStart = nil
        guard let queue = core.state.queues[name], queue.pause == nil, queue.mayHaveClaimable else { return }
        let settings = queue.settings
        var free = settings.workers - queue.takenSlots
        guard free > 0 else { return }
        if let rate = settings.rate {
            // Or it would be as far away from each later time as it is from this one.
            core.state.queues[name]?.rateFullAt = rate.fullAt(after: 0, from: queue.rateFullAt, now: now)
        }
        var mayStart = allowance(of: queue)
        core.state.queues[name]?.nextStart = mayStart.next
        var claimed = 0
        var passedOver = 0
        while free > 0, mayStart.starts > 0 {
            let jobs = try transaction.readyJobs(in: name, limit: min(free, mayStart.starts))
            if jobs.isEmpty {
                core.state.queues[name]?.mayHaveClaimable = false
                break
            }
            for var job in jobs where free > 0 {
                if try passOver(&job) {
                    passedOver += 1
                    continue
                }
                let slots = min(job.shared.spec.slots, settings.workers)
                // Those behind it do not overtake it, or it might never find enough free at once.
                guard slots <= free else {
                    free = 0
                    break
                }
                try claim(job, slots: slots, settings)
                free -= slots
                mayStart.starts -= 1
                claimed += 1
            }
            guard passedOver < Self.jobsPerStep else {
                core.state.hasMore = true
                break
            }
        }
        try spendAllowance(claimed, of: name)
    }

    /// Takes a job out of the order that must not start now; false where it may.
    private func passOver(_ job: inout Job) throws(JobStoreError) -> Bool {
        if let expiry = job.expiry, expiry <= now {
            try expire(&job)
            return true
        }
        guard let resource = try lackedResource(of: job) else { return false }
        try park(&job, lacks: resource)
        return true
    }

    private func claim(_ job: Job, slots: Int, _ settings: QueueSettings) throws(JobStoreError) {
        var job = job
        let ready: Timestamp? = if case .ready(let since, _) = job.state { since } else { nil }
        guard case .success(.run(let attempt)) = try apply(.claimed, to: &job) else { return }
        try transaction.begin(Attempt(number: attempt, node: core.rules.node, claimed: now), of: job.id)
        let requirements = job.requirements
        if !requirements.isEmpty { try transaction.take(requirements, for: job.id) }
        core.state.running[job.id] = RunningJob(job: job, slots: slots)
        core.state.withQueue(job.shared.spec.queue) { $0.takenSlots += slots }
        let attachments = job.shared.spec.hasAttachments ? try transaction.attachments(of: job.id) : Attachments()
        effects.claims.append(
            Claim(
                job: job, attempt: attempt, settings: settings, rules: core.rules.start, attachments: attachments,
                ready: ready))
    }

    /// How many jobs the queue's rate lets start now, and when the next one may start where it lets none.
    private func allowance(of queue: QueueState) -> (starts: Int, next: Timestamp?) {
        guard let rate = queue.settings.rate else { return (.max, nil) }
        let allowance = rate.allowance(fullAt: queue.rateFullAt, now: now)
        return (allowance.starts, allowance.starts > 0 ? nil : allowance.next)
    }

    private func spendAllowance(_ count: Int, of name: QueueName) throws(JobStoreError) {
        guard count > 0, var queue = core.state.queues[name], let rate = queue.settings.rate else { return }
        let fullAt = rate.fullAt(after: count, from: queue.rateFullAt, now: now)
        queue.rateFullAt = fullAt
        queue.nextStart = allowance(of: queue).next
        core.state.queues[name] = queue
        // Stored, so that a restart is no way round the rate.
        try transaction.set(
            StoredQueueSettings.rateFullAt, of: name,
            to: StoredSetting(value: "\(fullAt.nanoseconds)", by: .daemon, at: now))
    }

    // MARK: Resources

    /// The first resource of which there is not enough for a job, or for which another one of its queue is in line
    /// before it; `nil` where it may start.
    private func lackedResource(of job: Job) throws(JobStoreError) -> Resource? {
        guard !job.shared.spec.needs.isEmpty || !job.shared.spec.limits.isEmpty else { return nil }
        for requirement in job.requirements {
            let taken = try transaction.amountTaken(of: requirement.resource)
            if taken + requirement.amount > core.rules.bound(of: requirement) { return requirement.resource }
            // Or one that needs much would be overtaken for ever by those that need little.
            let line = try transaction.parkedJobs(lacking: requirement.resource, in: job.shared.spec.queue, limit: 1)
            if let first = line.first, first.comesBefore(job) { return requirement.resource }
        }
        return nil
    }

    /// Takes a job out of the order until there is more of a resource.
    private func park(_ job: inout Job, lacks resource: Resource) throws(JobStoreError) {
        let others = job.requirements.map(\.resource).filter { $0 != resource }
        guard case .success = try apply(.parked(lacks: resource), to: &job) else { return }
        // It was in line for these as well, and now those behind it are.
        core.state.freed.formUnion(others)
    }

    /// Puts back into the order those jobs for which there is enough by now of what they lacked.
    ///
    /// In each queue as many from the front of the line as there is room for, so that each freed part of a resource
    /// has a job that can take it, however many queues are paused or busy.
    func admitParkedJobs() throws(JobStoreError) {
        let freed = core.state.freed
        core.state.freed = []
        for resource in freed.sorted(by: { $0.text < $1.text }) {
            let taken = try transaction.amountTaken(of: resource)
            for queue in core.rules.queues { try admit(lacking: resource, taken: taken, in: queue) }
        }
    }

    private func admit(lacking resource: Resource, taken: Int, in queue: QueueName) throws(JobStoreError) {
        var taken = taken
        let line = try transaction.parkedJobs(lacking: resource, in: queue, limit: Self.jobsPerStep)
        for var job in line {
            guard let requirement = job.requirements.first(where: { $0.resource == resource }) else { continue }
            taken += requirement.amount
            guard taken <= core.rules.bound(of: requirement) else { return }
            _ = try apply(.admitted, to: &job)
        }
        // There may be room for more of them than one transaction looks at.
        if line.count == Self.jobsPerStep { core.state.freed.insert(resource) }
    }
}

extension Job {
    /// Whether it is before another ready job in the order of a queue.
    func comesBefore(_ other: Job) -> Bool {
        guard case .ready(let since, _) = state, case .ready(let otherSince, _) = other.state else { return false }
        return (-shared.spec.priority, since, id) < (-other.shared.spec.priority, otherSince, other.id)
    }
}
