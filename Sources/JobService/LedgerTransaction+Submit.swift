import JobStore
import Jobs

extension LedgerTransaction {
    /// What is to be done about one job of a submit.
    private enum Plan {
        case insert
        /// Cancel that job, which has the key, and then insert.
        case replace(Job)
        /// An earlier submit, or an unfinished job with the same key, made it.
        case existing(Job, Receipt.Existing)
        /// The same as the job at that place of the same submit.
        case same(index: Int, Receipt.Existing)

        var makesJob: Bool {
            switch self {
            case .insert, .replace: true
            case .existing, .same: false
            }
        }
    }

    /// What earlier jobs of the same submit mean for later ones.
    private struct Siblings {
        var tokens: [String: Int] = [:]
        var keys: [String: Int] = [:]
    }

    func submit(
        _ submissions: [Submission], by submitter: Submitter, isAdministrator: Bool, partial: Bool,
        _ answer: @escaping SubmitAnswer
    ) throws(JobStoreError) {
        let requester = Requester(user: submitter.user, isAdministrator: isAdministrator)
        var siblings = Siblings()
        var plans: [Result<Plan, SubmitRefusal>] = []
        plans.reserveCapacity(submissions.count)
        for (index, submission) in submissions.enumerated() {
            let plan = try plan(submission, index, of: submissions, by: requester, &siblings)
            if case .failure(let refusal) = plan, !partial {
                effects.refusedSubmits.append((answer, .refused(refusal, index: index)))
                return
            }
            plans.append(plan)
        }
        if let shortage = room.shortage, plans.contains(where: { (try? $0.get().makesJob) ?? false }) {
            effects.refusedSubmits.append((answer, .noSpace(shortage)))
            return
        }
        var results: [SubmitResult] = []
        results.reserveCapacity(submissions.count)
        for (submission, plan) in zip(submissions, plans) {
            switch plan {
            case .failure(let refusal): results.append(.failure(refusal))
            case .success(.existing(let job, let why)): results.append(.success(receipt(for: job, why)))
            case .success(.same(let index, let why)): results.append(results[index].map { $0.again(why) })
            case .success(.insert): results.append(.success(try insert(submission, by: submitter)))
            case .success(.replace(let job)):
                results.append(.success(try replace(job, with: submission, by: submitter)))
            }
        }
        effects.submits.append((answer, results))
    }

    // MARK: What is to be done

    private func plan(
        _ submission: Submission, _ index: Int, of all: [Submission], by requester: Requester,
        _ siblings: inout Siblings
    ) throws(JobStoreError) -> Result<Plan, SubmitRefusal> {
        if let token = submission.token {
            if let first = siblings.tokens[token] {
                guard all[first].isSame(as: submission) else { return .failure(.tokenTaken(token: token, job: nil)) }
                return .success(.same(index: first, .token))
            }
            if let (job, isEdited) = try transaction.job(token: token, of: requester.user) {
                let isKnown = isEdited ? true : try isSame(submission, job)
                guard isKnown else {
                    return .failure(.tokenTaken(token: token, job: job.id))
                }
                return .success(.existing(job, .token))
            }
        }
        if let refusal = try refusal(of: submission, by: requester) { return .failure(refusal) }
        let plan = try plan(forKeyOf: submission, index, by: requester, &siblings)
        if case .success = plan, let token = submission.token { siblings.tokens[token] = index }
        return plan
    }

    private func plan(
        forKeyOf submission: Submission, _ index: Int, by requester: Requester, _ siblings: inout Siblings
    ) throws(JobStoreError) -> Result<Plan, SubmitRefusal> {
        guard let key = submission.shared.spec.key else { return .success(.insert) }
        if let first = siblings.keys[key.text] {
            guard key.onConflict == .existing else {
                return .failure(.keyTaken(key: key.text, job: nil, state: .ready))
            }
            return .success(.same(index: first, .key))
        }
        guard let holder = try transaction.job(key: key.text, of: requester.user) else {
            siblings.keys[key.text] = index
            return .success(.insert)
        }
        switch key.onConflict {
        case .existing: return .success(.existing(holder, .key))
        case .replace where holder.state.name.isWaiting:
            siblings.keys[key.text] = index
            return .success(.replace(holder))
        case .reject, .replace:
            return .failure(.keyTaken(key: key.text, job: holder.id, state: holder.state.name))
        }
    }

    private func isSame(_ submission: Submission, _ job: Job) throws(JobStoreError) -> Bool {
        guard job.shared == submission.shared else { return false }
        return try Set(transaction.dependencies(of: job.id)) == Set(submission.dependencies)
    }

    private func refusal(
        of submission: Submission, by requester: Requester
    ) throws(JobStoreError) -> SubmitRefusal? {
        if let refusal = refusal(of: submission.shared.spec, of: requester.user) { return refusal }
        for dependency in submission.dependencies {
            guard let other = try transaction.job(dependency.on), requester.maySee(other) else {
                return .noSuchDependency(dependency.on)
            }
        }
        return nil
    }

    /// Why there is no place for such a job.
    func refusal(of spec: JobSpec, of user: UInt32) -> SubmitRefusal? {
        guard let queue = core.state.queues[spec.queue], queue.isServed else {
            return .noSuchQueue(spec.queue, known: core.rules.queues)
        }
        guard spec.slots <= queue.settings.workers else {
            return .tooManySlots(spec.slots, workers: queue.settings.workers)
        }
        for (name, amount) in spec.needs.sorted(by: { $0.key < $1.key }) {
            guard let capacity = core.rules.resources[name] else {
                return .noSuchResource(name, known: core.rules.resources.keys.sorted())
            }
            guard amount <= capacity else { return .tooMuch(resource: name, amount: amount, capacity: capacity) }
        }
        return core.rules.start.problem(of: spec, of: user, in: queue.settings).map {
            .invalid(field: $0.field, reason: $0.reason)
        }
    }

    // MARK: Doing it

    private func insert(_ submission: Submission, by submitter: Submitter) throws(JobStoreError) -> Receipt {
        var open: Set<JobID> = []
        var failed: JobID?
        for dependency in submission.dependencies {
            guard let other = try transaction.job(dependency.on) else { continue }
            switch dependency.condition.isMet(by: other.state.name) {
            case nil: open.insert(dependency.on)
            case true?: break
            case false?: failed = failed ?? dependency.on
            }
        }
        let state = JobStateMachine.firstState(
            of: submission.shared.spec, submitted: now, openDependencies: open.count, failedDependency: failed)
        let new = NewJob(
            spec: submission.shared, submitter: submitter, submitted: now, state: state, token: submission.token,
            dependencies: submission.dependencies, open: open, attachments: submission.attachments)
        let job = new.job(try transaction.insert(new))
        if job.state.isFinal {
            effects.endedJobs.append((job, nil, nil))
        } else if job.shared.spec.key != nil {
            try transaction.takeKey(of: job)
        }
        let receipt = receipt(for: job, nil)
        note(job, wasReady: false)
        return receipt
    }

    private func replace(
        _ old: Job, with submission: Submission, by submitter: Submitter
    ) throws(JobStoreError) -> Receipt {
        var old = old
        // It was seen to wait within this transaction.
        _ = try apply(.replaced, to: &old)
        let receipt = try insert(submission, by: submitter)
        try record(.replaced(by: receipt.id), of: old, by: .user(submitter.user))
        effects.endedJobs.append((old, nil, nil))
        return receipt
    }

    private func receipt(for job: Job, _ existing: Receipt.Existing?) -> Receipt {
        let queue = core.state.queues[job.shared.spec.queue]
        let isNewAndReady = existing == nil && job.state.name == .ready
        return Receipt(
            id: job.id, queue: job.shared.spec.queue, state: job.state.name, existing: existing,
            ahead: isNewAndReady ? queue?.readyJobs ?? 0 : 0, isPaused: queue?.pause != nil)
    }
}

extension Submission {
    /// Whether it asks for the same job.
    fileprivate func isSame(as other: Submission) -> Bool {
        shared == other.shared && Set(dependencies) == Set(other.dependencies)
    }
}

extension Receipt {
    /// The answer to another submission that means the same job.
    fileprivate func again(_ why: Existing) -> Receipt {
        Receipt(id: id, queue: queue, state: state, existing: why, ahead: ahead, isPaused: isPaused)
    }
}
