package import Jobs

/// Why a job failed, in words: for programs (`kind`) and for people (`reason`).
package struct FailureWords: Sendable, Hashable {
    /// An outcome's word, or `dependency`, `expired` or `poison`.
    package let kind: String
    package let reason: String?
    /// How its last attempt ended, where that is the reason.
    package let outcome: OutcomeWords?

    package init(_ failure: Failure) {
        switch failure {
        case .attempt(let outcome):
            let words = OutcomeWords(outcome)
            (kind, reason, self.outcome) = (words.kind, words.reason, words)
        case .dependency(let job):
            (kind, reason, outcome) = ("dependency", "job \(job) did not end as it must for this one", nil)
        case .expired: (kind, reason, outcome) = ("expired", "expired before it could start", nil)
        case .poison:
            let attempts = JobStateMachine.crashesUntilPoison
            (kind, reason, outcome) = ("poison", "poison: the ends of \(attempts) attempts in a row were lost", nil)
        }
    }
}
