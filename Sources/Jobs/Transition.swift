/// A step of a job's life, from its submit on: who, when, why, and the state after it.
package struct Transition: Hashable, Sendable {
    package let at: Timestamp
    package let by: Actor
    package let cause: Cause
    package let state: JobState.Name

    /// What led to it.
    package enum Cause: Hashable, Sendable {
        case submitted
        /// The attempt of that number was claimed.
        case claimed(attempt: Int)
        /// The attempt of that number ended.
        case ended(attempt: Int, Outcome)
        case changed(Change.Cause)
    }

    package init(at: Timestamp, by: Actor, cause: Cause, state: JobState.Name) {
        self.at = at
        self.by = by
        self.cause = cause
        self.state = state
    }

    /// The whole life of a job, oldest step first.
    ///
    /// - Parameters:
    ///   - attempts: all, oldest first.
    ///   - changes: all, oldest first.
    package static func all(of job: Job, attempts: [Attempt], changes: [Change]) -> [Transition] {
        var steps = [
            Transition(at: job.submitted, by: .user(job.submitter.user), cause: .submitted, state: job.firstState)
        ]
        var rest = changes[...]
        // By place, not by time: the wall clock can be set back in between.
        func takeChanges(while belongs: (Change) -> Bool) {
            let taken = rest.prefix(while: belongs)
            rest = rest.dropFirst(taken.count)
            for change in taken {
                steps.append(
                    Transition(at: change.at, by: change.by, cause: .changed(change.cause), state: change.state))
            }
        }
        for attempt in attempts {
            takeChanges { $0.attempts < attempt.number }
            steps.append(
                Transition(
                    at: attempt.claimed, by: .daemon, cause: .claimed(attempt: attempt.number), state: .running))
            takeChanges { $0.attempts == attempt.number && $0.state == .running }
            guard let end = attempt.end, let next = attempt.next else { continue }
            steps.append(
                Transition(at: end.at, by: .daemon, cause: .ended(attempt: attempt.number, end.outcome), state: next))
        }
        takeChanges { _ in true }
        return steps
    }
}
