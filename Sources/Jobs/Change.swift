/// Who did something to a job.
package enum Actor: Hashable, Sendable {
    /// jobd itself.
    case daemon
    case user(UInt32)
}

/// Something that was done to a job, as it is recorded: who, when and why.
///
/// The submit, and the beginning and end of each attempt, are told by the job and its attempts; `Transition` puts all
/// together.
package struct Change: Hashable, Sendable {
    package let at: Timestamp
    package let by: Actor
    package let cause: Cause
    /// The state that the job was in afterwards.
    package let state: JobState.Name
    /// The attempts that had begun by then: the place among them, whatever the clock says.
    package let attempts: Int

    /// What was done.
    package enum Cause: Hashable, Sendable {
        /// The time came that it waited for.
        case due
        /// The last job that it waited for ended.
        case dependenciesMet
        /// That job ended in a way in which this one cannot run.
        case dependencyFailed(on: JobID)
        /// It waited longer for its first start than it may.
        case expired
        case held
        case released
        case cancelled
        /// That job, with the same key, took its place.
        case replaced(by: JobID)
        case retried
        /// These fields were edited, by their names in the protocol, joined by commas.
        case edited(String)
        /// All processes of its attempt got that signal.
        case signalled(SignalNumber)
        /// Its attempt stands still.
        case frozen
        /// Its attempt goes on.
        case thawed
    }

    package init(at: Timestamp, by: Actor, cause: Cause, state: JobState.Name, attempts: Int) {
        self.at = at
        self.by = by
        self.cause = cause
        self.state = state
        self.attempts = attempts
    }
}
