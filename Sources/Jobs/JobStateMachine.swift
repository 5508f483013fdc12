/// The one place that decides what becomes of a job: state × event → state.
///
/// It works on a job as a value. The caller stores what came of it, and then does what the action says.
package enum JobStateMachine {
    /// What the caller must do after the new state is stored.
    package enum Action: Hashable, Sendable {
        case none
        /// Start this attempt.
        case run(attempt: Int)
        /// Stop this attempt; its end will be reported as an event of its own.
        case stop(attempt: Int)
        /// Tell those who wait for the job: it has ended.
        case announceEnd
    }

    /// So many attempts in a row whose end was not seen set a job aside: it may be the job that brings jobd down.
    package static let crashesUntilPoison = 3

    /// The state in which a job begins.
    ///
    /// - Parameters:
    ///   - openDependencies: the jobs that it waits for and that have not ended.
    ///   - failedDependency: one that has ended in a way in which the job cannot run.
    package static func firstState(
        of spec: JobSpec, submitted now: Timestamp, openDependencies: Int, failedDependency: JobID? = nil
    ) -> JobState {
        if let failedDependency { return .failed(.dependency(failedDependency)) }
        let notBefore = spec.start?.instant(submitted: now)
        if spec.isHeld { return .held(notBefore: notBefore) }
        return waiting(openDependencies: openDependencies, notBefore: notBefore, now: now)
    }

    /// Applies an event; nothing changes when it throws.
    ///
    /// A table: an event for each part, a state for each row. A pair without a row does not compile.
    package static func apply(
        _ event: JobEvent, to job: inout Job, at now: Timestamp
    ) throws(JobStateError) -> Action {
        var changed = job
        let action = try transition(event, &changed, now)
        if changed.state.isFinal != job.state.isFinal { changed.ended = changed.state.isFinal ? now : nil }
        job = changed
        return action
    }

    private static func transition(
        _ event: JobEvent, _ job: inout Job, _ now: Timestamp
    ) throws(JobStateError) -> Action {
        switch event {
        case .due: try due(&job)
        case .dependencyMet: try dependencyMet(&job, now)
        case .dependencyFailed(let other): try dependencyFailed(&job, on: other)
        case .expired: try expire(&job)
        case .parked(let resource): try park(&job, lacks: resource)
        case .admitted: try admit(&job)
        case .claimed: try claim(&job)
        case .ended(let attempt, let outcome, let policy, let jitter):
            try end(&job, attempt, outcome, policy, jitter: jitter, now)
        case .cancelRequested: try cancel(&job)
        case .replaced: try replace(&job)
        case .holdRequested: try hold(&job)
        case .releaseRequested: try release(&job, now)
        case .retryRequested(let open): try retry(&job, openDependencies: open, now)
        case .rescheduled(let start): try reschedule(&job, start, now)
        }
    }

    // MARK: Time

    private static func due(_ job: inout Job) throws(JobStateError) -> Action {
        switch job.state {
        case .scheduled(let until):
            // Its place in the order is the time it waited for, not the time we noticed.
            job.state = .ready(since: until)
            return .none
        case .blocked, .ready, .held, .running, .succeeded, .failed, .cancelled:
            throw .notPossible(job.state.name)
        }
    }

    private static func expire(_ job: inout Job) throws(JobStateError) -> Action {
        switch job.state {
        case .blocked, .scheduled, .ready, .held:
            job.state = .failed(.expired)
            return .announceEnd
        case .running, .succeeded, .failed, .cancelled:
            throw .notPossible(job.state.name)
        }
    }

    private static func reschedule(
        _ job: inout Job, _ start: StartTime?, _ now: Timestamp
    ) throws(JobStateError) -> Action {
        let notBefore = start?.instant(submitted: now)
        switch job.state {
        case .blocked: job.state = .blocked(notBefore: notBefore)
        case .held: job.state = .held(notBefore: notBefore)
        case .scheduled: job.state = waiting(openDependencies: 0, notBefore: notBefore, now: now)
        case .ready(let since, _):
            // It keeps its place where the new time makes no difference.
            let isLater = notBefore.map { $0 > now } ?? false
            job.state = isLater ? waiting(openDependencies: 0, notBefore: notBefore, now: now) : .ready(since: since)
        case .running: throw .notPossible(.running)
        case .succeeded, .failed, .cancelled: throw .alreadyFinal(job.state.name)
        }
        return .none
    }

    // MARK: Other jobs

    private static func dependencyMet(_ job: inout Job, _ now: Timestamp) throws(JobStateError) -> Action {
        switch job.state {
        case .blocked(let notBefore):
            job.openDependencies -= 1
            job.state = waiting(openDependencies: job.openDependencies, notBefore: notBefore, now: now)
        case .held, .failed, .cancelled:
            job.openDependencies -= 1
        case .scheduled, .ready, .running, .succeeded:
            throw .notPossible(job.state.name)
        }
        return .none
    }

    private static func dependencyFailed(_ job: inout Job, on other: JobID) throws(JobStateError) -> Action {
        switch job.state {
        case .blocked, .held:
            job.openDependencies -= 1
            job.state = .failed(.dependency(other))
            return .announceEnd
        case .failed, .cancelled:
            job.openDependencies -= 1
            return .none
        case .scheduled, .ready, .running, .succeeded:
            throw .notPossible(job.state.name)
        }
    }

    // MARK: Resources

    private static func park(_ job: inout Job, lacks resource: Resource) throws(JobStateError) -> Action {
        switch job.state {
        case .ready(let since, _):
            job.state = .ready(since: since, lacks: resource)
            return .none
        case .blocked, .scheduled, .held, .running, .succeeded, .failed, .cancelled:
            throw .notPossible(job.state.name)
        }
    }

    private static func admit(_ job: inout Job) throws(JobStateError) -> Action {
        switch job.state {
        case .ready(let since, .some):
            job.state = .ready(since: since)
            return .none
        case .blocked, .scheduled, .ready(_, nil), .held, .running, .succeeded, .failed, .cancelled:
            throw .notPossible(job.state.name)
        }
    }

    // MARK: Attempts

    private static func claim(_ job: inout Job) throws(JobStateError) -> Action {
        switch job.state {
        case .ready(_, nil):
            job.attempts += 1
            job.state = .running(attempt: job.attempts)
            return .run(attempt: job.attempts)
        case .blocked, .scheduled, .ready(_, .some), .held, .running, .succeeded, .failed, .cancelled:
            throw .notPossible(job.state.name)
        }
    }

    private static func end(
        _ job: inout Job, _ attempt: Int, _ outcome: Outcome, _ policy: RetryPolicy, jitter: Double, _ now: Timestamp
    ) throws(JobStateError) -> Action {
        switch job.state {
        case .running(let current, let isStopping):
            guard attempt == current else { throw .staleAttempt(attempt) }
            settle(&job, outcome, policy, isStopping: isStopping, jitter: jitter, now)
            return job.state.isFinal ? .announceEnd : .none
        case .blocked, .scheduled, .ready, .held, .succeeded, .failed, .cancelled:
            throw .staleAttempt(attempt)
        }
    }

    // MARK: People

    private static func cancel(_ job: inout Job) throws(JobStateError) -> Action {
        switch job.state {
        case .blocked, .scheduled, .ready, .held:
            job.state = .cancelled
            return .announceEnd
        case .running(let attempt, _):
            job.state = .running(attempt: attempt, isStopping: true)
            return .stop(attempt: attempt)
        case .succeeded, .failed, .cancelled:
            throw .alreadyFinal(job.state.name)
        }
    }

    private static func replace(_ job: inout Job) throws(JobStateError) -> Action {
        switch job.state {
        case .blocked, .scheduled, .ready, .held:
            job.state = .cancelled
            return .announceEnd
        case .running:
            throw .notPossible(.running)
        case .succeeded, .failed, .cancelled:
            throw .alreadyFinal(job.state.name)
        }
    }

    private static func hold(_ job: inout Job) throws(JobStateError) -> Action {
        switch job.state {
        case .blocked(let notBefore): job.state = .held(notBefore: notBefore)
        case .scheduled(let until): job.state = .held(notBefore: until)
        case .ready: job.state = .held(notBefore: nil)
        // Done already: a client that got no answer asks again.
        case .held: break
        case .running: throw .notPossible(.running)
        case .succeeded, .failed, .cancelled: throw .alreadyFinal(job.state.name)
        }
        return .none
    }

    private static func release(_ job: inout Job, _ now: Timestamp) throws(JobStateError) -> Action {
        switch job.state {
        case .held(let notBefore):
            job.state = waiting(openDependencies: job.openDependencies, notBefore: notBefore, now: now)
            return .none
        case .blocked, .scheduled, .ready, .running:
            throw .notPossible(job.state.name)
        case .succeeded, .failed, .cancelled:
            throw .alreadyFinal(job.state.name)
        }
    }

    private static func retry(
        _ job: inout Job, openDependencies: Int, _ now: Timestamp
    ) throws(JobStateError) -> Action {
        switch job.state {
        case .succeeded, .failed, .cancelled:
            job.spentAttempts = 0
            job.crashes = 0
            job.openDependencies = openDependencies
            job.state = waiting(openDependencies: openDependencies, notBefore: nil, now: now)
            return .none
        case .blocked, .scheduled, .ready, .held, .running:
            throw .notPossible(job.state.name)
        }
    }

    // MARK: What follows

    /// Where a job stands that nobody holds.
    private static func waiting(openDependencies: Int, notBefore: Timestamp?, now: Timestamp) -> JobState {
        if openDependencies > 0 { return .blocked(notBefore: notBefore) }
        if let notBefore, notBefore > now { return .scheduled(until: notBefore) }
        return .ready(since: now)
    }

    /// What becomes of a job whose attempt ended so.
    private static func settle(
        _ job: inout Job, _ outcome: Outcome, _ policy: RetryPolicy, isStopping: Bool, jitter: Double, _ now: Timestamp
    ) {
        job.crashes = outcome == .lost ? job.crashes + 1 : 0
        if policy.isSuccess(outcome) {
            job.state = .succeeded
        } else if isStopping || outcome == .cancelled {
            job.state = .cancelled
        } else if job.crashes >= crashesUntilPoison {
            job.state = .failed(.poison)
        } else if isNoFault(outcome), let rule = policy.onInterrupt {
            job.state = rule == .requeue ? .ready(since: now) : .failed(.attempt(outcome))
        } else if outcome == .interrupted, policy.retries > 0 {
            job.state = .ready(since: now)
        } else {
            job.spentAttempts += 1
            let mayRetry = job.spentAttempts <= policy.retries && outcome != .interrupted
            guard mayRetry, policy.isWorthRetry(outcome) else {
                job.state = .failed(.attempt(outcome))
                return
            }
            let delay = policy.delay(afterFailures: job.spentAttempts, jitter: jitter)
            job.state = waiting(openDependencies: 0, notBefore: now + delay, now: now)
        }
    }

    /// Whether an attempt ended through us, and not through what it did.
    private static func isNoFault(_ outcome: Outcome) -> Bool {
        switch outcome {
        case .interrupted, .lost: true
        case .exited, .signalled, .timedOut, .cancelled, .couldNotStart, .outOfMemory: false
        }
    }
}
