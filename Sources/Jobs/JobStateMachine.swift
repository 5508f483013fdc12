/// The one place that decides what becomes of a job: state × event → state.
package struct JobStateMachine: Sendable {
    package private(set) var state: JobState

    /// Attempts so far; the next one gets the following number.
    package private(set) var attempts: Int

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

    /// A job as it was stored.
    package init(state: JobState, attempts: Int) {
        self.state = state
        self.attempts = attempts
    }

    /// A job that is submitted now.
    package init(submittedAt now: Timestamp, delay: Duration?) {
        attempts = 0
        if let delay, delay > .zero {
            state = .scheduled(until: now + delay)
        } else {
            state = .ready(since: now)
        }
    }

    /// Applies an event; nothing changes when it throws.
    package mutating func apply(_ event: JobEvent) throws(JobStateError) -> Action {
        switch (state, event) {
        case (.scheduled, .due(let now)):
            state = .ready(since: now)
            return .none

        case (.ready, .claimed):
            attempts += 1
            state = .running(attempt: attempts)
            return .run(attempt: attempts)

        case (.running(let current), .ended(let attempt, let outcome)):
            guard attempt == current else { throw .staleAttempt(attempt) }
            state = Self.finalState(after: outcome)
            return .announceEnd

        case (.scheduled, .cancelRequested), (.ready, .cancelRequested):
            state = .cancelled
            return .announceEnd

        case (.running(let attempt), .cancelRequested):
            return .stop(attempt: attempt)

        case (.succeeded, .cancelRequested), (.failed, .cancelRequested), (.cancelled, .cancelRequested):
            throw .alreadyFinal(state.name)

        case (.scheduled, .ended(let attempt, _)), (.ready, .ended(let attempt, _)),
            (.succeeded, .ended(let attempt, _)), (.failed, .ended(let attempt, _)),
            (.cancelled, .ended(let attempt, _)):
            throw .staleAttempt(attempt)

        case (.scheduled, .claimed), (.running, .claimed), (.succeeded, .claimed), (.failed, .claimed),
            (.cancelled, .claimed), (.ready, .due), (.running, .due), (.succeeded, .due), (.failed, .due),
            (.cancelled, .due):
            throw .notPossible(event, state.name)
        }
    }

    private static func finalState(after outcome: Outcome) -> JobState {
        switch outcome {
        case .exited(code: 0): .succeeded
        case .cancelled: .cancelled
        case .exited, .signalled, .timedOut, .couldNotStart, .interrupted, .lost: .failed(outcome)
        }
    }
}
