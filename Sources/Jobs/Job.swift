/// One unit of work, as it is stored.
package struct Job: Hashable, Sendable {
    package let id: JobID
    package var spec: JobSpec
    package let submitter: Submitter
    package let submitted: Timestamp
    /// The state in which it was stored.
    package let firstState: JobState.Name
    package var state: JobState
    /// Attempts begun so far; the next one gets the following number.
    package var attempts: Int
    /// Attempts that count against its retries, since the submit or since somebody asked for a retry.
    package var spentAttempts: Int
    /// Attempts in a row whose end was not seen.
    package var crashes: Int
    /// Jobs that it waits for and that have not ended.
    package var openDependencies: Int
    /// When its state became final.
    package var ended: Timestamp?

    package init(
        id: JobID, spec: JobSpec, submitter: Submitter, submitted: Timestamp, firstState: JobState.Name,
        state: JobState, attempts: Int = 0, spentAttempts: Int = 0, crashes: Int = 0, openDependencies: Int = 0,
        ended: Timestamp? = nil
    ) {
        self.id = id
        self.spec = spec
        self.submitter = submitter
        self.submitted = submitted
        self.firstState = firstState
        self.state = state
        self.attempts = attempts
        self.spentAttempts = spentAttempts
        self.crashes = crashes
        self.openDependencies = openDependencies
        self.ended = ended
    }

    /// When it fails if it has not started: only jobs that may expire have it, and only before their first start.
    package var expiry: Timestamp? {
        guard attempts == 0, state.name.isWaiting, let expires = spec.expires else { return nil }
        return submitted + expires
    }
}
