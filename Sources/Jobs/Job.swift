/// One unit of work, as it is stored.
package struct Job: Hashable, Sendable {
    package let id: JobID
    /// Its spec, which all copies of the job hold in common.
    package private(set) var shared: SharedSpec
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

    /// What to run and how.
    ///
    /// A copy of all of it: what happens to each job reads one field of `shared.spec` instead.
    package var spec: JobSpec {
        get { shared.spec }
        set { shared = SharedSpec(newValue) }
    }

    package init(
        id: JobID, spec: SharedSpec, submitter: Submitter, submitted: Timestamp, firstState: JobState.Name,
        state: JobState, attempts: Int = 0, spentAttempts: Int = 0, crashes: Int = 0, openDependencies: Int = 0,
        ended: Timestamp? = nil
    ) {
        self.id = id
        shared = spec
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

    package init(
        id: JobID, spec: JobSpec, submitter: Submitter, submitted: Timestamp, firstState: JobState.Name,
        state: JobState, attempts: Int = 0, spentAttempts: Int = 0, crashes: Int = 0, openDependencies: Int = 0,
        ended: Timestamp? = nil
    ) {
        self.init(
            id: id, spec: SharedSpec(spec), submitter: submitter, submitted: submitted, firstState: firstState,
            state: state, attempts: attempts, spentAttempts: spentAttempts, crashes: crashes,
            openDependencies: openDependencies, ended: ended)
    }

    /// When it fails if it has not started: only jobs that may expire have it, and only before their first start.
    package var expiry: Timestamp? {
        guard attempts == 0, state.name.isWaiting, let expires = shared.spec.expires else { return nil }
        return submitted + expires
    }
}
