import Jobs

/// A job that one commit has changed, with what is recorded of it.
struct ChangedJob {
    let job: Job
    /// As it was; `nil` where it is new.
    let before: Job?
    let attempts: [Attempt]
    let changes: [Change]
    let now: Timestamp

    /// Whether this commit has claimed it.
    var isClaimed: Bool {
        guard case .running(let attempt, _) = job.state else { return false }
        if case .running(attempt, _)? = before?.state { return false }
        return true
    }

    /// Since when it could run, as far as it can be told from what was stored before.
    var readySince: Timestamp? {
        guard case .ready(let since, _)? = before?.state, changes.last?.at != now else { return nil }
        return since
    }

    /// The time before which it must not start, as far as it can be told from what was stored before.
    var notBefore: Timestamp? {
        // An edit or a retry of this commit may have changed the time.
        if changes.contains(where: { $0.at == now && [.edited("at"), .retried].contains($0.cause) }) { return nil }
        return switch before?.state {
        case .scheduled(let until): until
        case .blocked(let time), .held(let time): time
        case nil: job.spec.start?.instant(submitted: job.submitted)
        case .ready, .running, .succeeded, .failed, .cancelled: nil
        }
    }

    /// Whether somebody cancelled it, and nobody brought it back since.
    var wasCancelled: Bool {
        let last = changes.last { change in
            switch change.cause {
            case .cancelled, .replaced, .retried: true
            case .due, .dependenciesMet, .dependencyFailed, .expired, .held, .released, .edited, .signalled, .frozen,
                .thawed:
                false
            }
        }
        return last.map { $0.cause != .retried } ?? false
    }

    /// The attempts that count against its retries, since somebody last asked for a retry.
    var countedFailures: Int {
        let first = changes.last { $0.cause == .retried }?.attempts ?? 0
        return attempts.filter { attempt in
            guard attempt.number > first, let outcome = attempt.end?.outcome else { return false }
            return switch outcome {
            case .exited: !RetryPolicy(job.spec.retry).isSuccess(outcome)
            case .signalled, .timedOut, .couldNotStart, .outOfMemory: true
            case .lost: job.spec.retry.onInterrupt == nil
            case .interrupted, .cancelled: false
            }
        }.count
    }
}
