import JobStore
import Jobs

extension LedgerTransaction {
    /// Does with one job what somebody asks.
    func change(
        _ id: JobID, as request: ChangeRequest, by requester: Requester
    ) throws(JobStoreError) -> ChangeResult {
        guard var job = try transaction.job(id), requester.maySee(job) else { return .unknown }
        let who = Actor.user(requester.user)
        switch request {
        case .cancel: return try result(apply(.cancelRequested, to: &job, cause: .cancelled, by: who), job)
        case .hold: return try result(apply(.holdRequested, to: &job, cause: .held, by: who), job)
        case .release: return try result(apply(.releaseRequested, to: &job, cause: .released, by: who), job)
        case .retry: return try retry(&job, by: who)
        case .edit(let edit): return try self.edit(&job, edit, by: who)
        case .signal(let signal):
            return try control(job, .signalled(signal), by: who) { effects.signals.append(($0, signal)) }
        case .freeze(let isFrozen):
            return try control(job, isFrozen ? .frozen : .thawed, by: who) { effects.pauses.append(($0, isFrozen)) }
        }
    }

    // MARK: A running attempt

    /// Does something to the attempt of a job that runs, beside all that makes up its state.
    private func control(
        _ job: Job, _ cause: Change.Cause, by who: Actor, _ act: (AttemptID) -> Void
    ) throws(JobStoreError) -> ChangeResult {
        guard case .running(let attempt, _) = job.state else {
            return .refused(job.state.isFinal ? .alreadyFinal(job.state.name) : .notPossible(job.state.name))
        }
        act(AttemptID(job: job.id, number: attempt))
        try record(cause, of: job, by: who)
        return .done(.running)
    }

    private func result(
        _ step: Result<JobStateMachine.Action, JobStateError>, _ job: Job
    ) -> ChangeResult {
        switch step {
        case .success(.stop(let attempt)):
            effects.stops.append(AttemptID(job: job.id, number: attempt))
            return .stopping
        case .success(.announceEnd):
            effects.endedJobs.append((job, nil, nil))
            return .done(job.state.name)
        case .success(.none), .success(.run): return .done(job.state.name)
        case .failure(.alreadyFinal(let state)): return .refused(.alreadyFinal(state))
        case .failure(.notPossible(let state)): return .refused(.notPossible(state))
        case .failure(.staleAttempt): return .refused(.notPossible(job.state.name))
        }
    }

    // MARK: Retry

    private func retry(_ job: inout Job, by who: Actor) throws(JobStoreError) -> ChangeResult {
        guard job.state.isFinal else { return .refused(.notPossible(job.state.name)) }
        var open: Set<JobID> = []
        let dependencies = try transaction.dependencies(of: job.id)
        for dependency in dependencies {
            guard let other = try transaction.job(dependency.on) else {
                return .refused(.dependencyGone(dependency.on))
            }
            switch dependency.condition.isMet(by: other.state.name) {
            case nil: open.insert(dependency.on)
            case true?: break
            case false?: return .refused(.dependencyFailed(on: dependency.on))
            }
        }
        if let key = job.spec.key {
            if let holder = try transaction.job(key: key.text, of: job.submitter.user) {
                return .refused(.keyTaken(key: key.text, job: holder.id))
            }
            try transaction.takeKey(of: job)
        }
        for dependency in dependencies {
            try transaction.setDependency(of: job.id, on: dependency.on, isOpen: open.contains(dependency.on))
        }
        if job.attempts == 0, job.spec.expires != nil {
            // That counts from the submit, and who asks for a retry wants it to run.
            job.spec.expires = nil
            try transaction.rewrite(job)
        }
        return result(
            try apply(.retryRequested(openDependencies: open.count), to: &job, cause: .retried, by: who), job)
    }

    // MARK: Edit

    private func edit(_ job: inout Job, _ edit: JobEdit, by who: Actor) throws(JobStoreError) -> ChangeResult {
        guard job.state.name.isWaiting else {
            return .refused(job.state.isFinal ? .alreadyFinal(job.state.name) : .notPossible(job.state.name))
        }
        if edit.arguments != nil, job.attempts > 0 { return .refused(.hasStarted) }
        // Who may control root's jobs does not become root by that.
        if edit.arguments != nil, job.submitter.user == 0, who != .user(0) { return .refused(.rootOnly) }
        var spec = job.spec
        if let queue = edit.queue { spec.queue = queue }
        if let name = edit.name { spec.name = name }
        if let priority = edit.priority { spec.priority = priority }
        if let arguments = edit.arguments { spec.command.arguments = arguments }
        switch edit.start {
        case .notBefore(let start): spec.start = start
        case .atOnce: spec.start = nil
        case nil: break
        }
        // Where it is it may stay, also when its queue or a resource has become smaller since.
        if edit.queue != nil, let refusal = refusal(of: spec, of: job.submitter.user) {
            return .refused(.invalid(refusal))
        }

        // Out of its old place, with all that follows from that, and into the new one.
        let before = job
        note(leaving: job)
        job.spec = spec
        if case .ready(let since, .some) = job.state { job.state = .ready(since: since) }
        if edit.start != nil {
            do throws(JobStateError) {
                _ = try JobStateMachine.apply(.rescheduled(spec.start), to: &job, at: now)
            } catch {
                preconditionFailure("a job that waits can be given another time: \(error)")
            }
        }
        try transaction.rewrite(job)
        var rewritten = before
        rewritten.spec = spec
        try transaction.update(job, was: rewritten)
        note(job, wasReady: false)
        if before.state.name == .ready { freeResources(of: before) }
        try record(.edited(edit.fields.joined(separator: ",")), of: job, by: who)
        return .done(job.state.name)
    }

    private func note(leaving job: Job) {
        guard job.state.name == .ready else { return }
        core.state.queues[job.spec.queue]?.readyJobs -= 1
    }
}
