/// One unit of work, as it is stored.
package struct Job: Hashable, Sendable {
    package let id: JobID
    package let spec: JobSpec
    package let submitter: Submitter
    package let submitted: Timestamp
    package var state: JobState
    /// Attempts begun so far.
    package var attempts: Int
    /// When its state became final.
    package var ended: Timestamp?

    package init(
        id: JobID, spec: JobSpec, submitter: Submitter, submitted: Timestamp, state: JobState, attempts: Int = 0,
        ended: Timestamp? = nil
    ) {
        self.id = id
        self.spec = spec
        self.submitter = submitter
        self.submitted = submitted
        self.state = state
        self.attempts = attempts
        self.ended = ended
    }
}
