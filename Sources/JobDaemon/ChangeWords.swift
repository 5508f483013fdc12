import JobProtocol
import Jobs

/// Something that was done to a job, in words for the journal.
struct ChangeWords {
    /// The same word as in the history of a job.
    let event: String
    /// A user's name, or `jobd`.
    let by: String
    /// The rest of a sentence that begins with the job.
    let sentence: String

    /// `nil` for what the end of the job, or its start, tells as well.
    ///
    /// - Parameter user: the name of a user by number.
    init?(_ change: Change, user: (UInt32) -> String) {
        let step = TransitionView(
            Transition(at: change.at, by: change.by, cause: .changed(change.cause), state: change.state), user: user)
        event = step.event
        by = step.by
        switch change.cause {
        case .held: sentence = "held by \(step.by)"
        case .released: sentence = "released by \(step.by)"
        case .retried: sentence = "retried by \(step.by)"
        case .signalled(let signal): sentence = "sent \(signal) by \(step.by)"
        case .frozen: sentence = "paused by \(step.by)"
        case .thawed: sentence = "resumed by \(step.by)"
        case .edited(let fields): sentence = "edited by \(step.by): \(fields)"
        case .cancelled where change.state == .running: sentence = "is being stopped: cancelled by \(step.by)"
        case .cancelled: sentence = "cancelled by \(step.by)"
        case .replaced(let other): sentence = "replaced by job \(other), which has the same key"
        // Its end says why.
        case .expired, .dependencyFailed: return nil
        // Its start will tell.
        case .due, .dependenciesMet: return nil
        }
    }
}
