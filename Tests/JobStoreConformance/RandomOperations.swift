import JobStore
import Jobs
import SeededRandom

/// Random operations on one transaction, much as the service does them; the same seed gives the same ones.
struct RandomOperations {
    let transaction: any JobTransaction
    let now: Timestamp
    var random: SeededRandom

    static let tokens = (0..<30).map { "t\($0)" }
    static let keys = (0..<4).map { "k\($0)" }

    init(on transaction: any JobTransaction, at now: Timestamp, _ random: SeededRandom) {
        self.transaction = transaction
        self.now = now
        self.random = random
    }

    /// One operation.
    ///
    /// - Returns: what it answered.
    mutating func perform() throws(JobStoreError) -> String {
        switch number(0..<24) {
        case 0...4: try insert()
        case 5...7: try claim()
        case 8...10: try end()
        case 11: try makeDue()
        case 12: try expire()
        case 13: try control(.cancelRequested, .cancelled)
        case 14: try control(.holdRequested, .held)
        case 15: try control(.releaseRequested, .released)
        case 16: try retry()
        case 17: try edit()
        case 18, 19: try settle()
        case 20: try park()
        case 21: try remove()
        case 22: try set()
        default: number(0..<4) == 0 ? try misuse() : try admit()
        }
    }

    // MARK: Chance

    mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &random) }

    mutating func one<Element>(of elements: [Element]) -> Element { elements[number(0..<elements.count)] }

    /// A job that is there, or not.
    mutating func anyJob() throws(JobStoreError) -> Job? {
        try transaction.job(JobID(rawValue: Int64(number(0..<80))))
    }

    // MARK: Steps

    /// Lets the state machine change a job, and stores what follows from it; false where the event does not fit.
    mutating func change(
        _ job: inout Job, by event: JobEvent, _ cause: Change.Cause? = nil, actor: Actor = .daemon
    ) throws(JobStoreError) -> Bool {
        var changed = job
        guard (try? JobStateMachine.apply(event, to: &changed, at: now)) != nil else { return false }
        try transaction.update(changed)
        if let cause {
            let note = Change(
                at: now, by: actor, cause: cause, state: changed.state.name, attempts: changed.attempts)
            try transaction.record(note, of: job.id)
        }
        if changed.state.isFinal, !job.state.isFinal {
            try transaction.releaseKey(of: changed)
            if try transaction.hasDependants(job.id) { try transaction.addToSettle(job.id) }
        }
        job = changed
        return true
    }
}
