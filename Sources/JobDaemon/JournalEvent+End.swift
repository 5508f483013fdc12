import Jobs

extension JournalEvent {
    /// The kind of entry for the end of a job.
    init(end state: JobState) {
        switch state.name {
        case .succeeded: self = .jobSucceeded
        case .cancelled: self = .jobCancelled
        default: if case .failed(let failure) = state { self.init(failure) } else { self = .jobFailed }
        }
    }

    private init(_ failure: Failure) {
        switch failure {
        case .attempt(let outcome): self.init(outcome)
        case .dependency: self = .jobUnmet
        case .expired: self = .jobExpired
        case .poison: self = .jobPoison
        }
    }

    private init(_ outcome: Outcome) {
        switch outcome {
        case .exited, .signalled: self = .jobFailed
        case .timedOut: self = .jobTimedOut
        case .cancelled: self = .jobCancelled
        case .couldNotStart: self = .jobNotStarted
        case .outOfMemory: self = .jobOutOfMemory
        case .interrupted: self = .jobInterrupted
        case .lost: self = .jobLost
        }
    }
}
