package import Jobs

/// How long jobs are kept that have ended.
package struct Retention: Hashable, Sendable {
    /// How long after its end a job of that state is removed; those of a state that is not named stay.
    package var ages: [JobState.Name: Duration]
    /// The most jobs that are kept in each final state.
    package var keep: Int

    package init(ages: [JobState.Name: Duration], keep: Int) {
        self.ages = ages
        self.keep = keep
    }

    /// What holds where nobody said otherwise: what failed is of interest for longer.
    package static let `default` = Retention(
        ages: [.succeeded: .seconds(7 * 86_400), .failed: .seconds(30 * 86_400), .cancelled: .seconds(7 * 86_400)],
        keep: 1_000_000)
}

/// Which jobs are looked for that need not be kept.
package struct RetentionQuery: Hashable, Sendable {
    package let state: JobState.Name
    /// Those that ended before.
    package let before: Timestamp
    package let limit: Int
}

/// A job that need not be kept, as it was when it was found.
package struct RetiredJob: Hashable, Sendable {
    package let id: JobID
    package let attempts: Int
    package let ended: Timestamp?

    package init(id: JobID, attempts: Int, ended: Timestamp?) {
        self.id = id
        self.attempts = attempts
        self.ended = ended
    }
}
