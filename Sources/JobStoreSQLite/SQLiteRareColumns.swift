import Jobs

/// The columns of `job` beside its state, its time and its attempts.
///
/// A plain job never has other values there than it began with, and is written without them: each column that a
/// statement names costs time.
struct SQLiteRareColumns {
    static let names = [
        "spent", "crashes", "open", "lacks", "stopping", "not_before", "expiry", "reason", "detail", "step",
    ]

    private let spent: Int
    private let crashes: Int
    private let open: Int
    private let expiry: Timestamp?
    private var lacks: Resource?
    private var isStopping = false
    private var notBefore: Timestamp?
    private var failure: Failure?

    /// Whether it is all as in a plain job.
    static func areNone(of job: Job) -> Bool {
        guard job.spentAttempts == 0, job.crashes == 0, job.openDependencies == 0, job.expiry == nil else {
            return false
        }
        switch job.state {
        case .blocked(nil), .scheduled, .ready(_, nil), .held(nil), .running(_, false), .succeeded, .cancelled:
            return true
        case .blocked, .ready, .held, .running, .failed: return false
        }
    }

    init(of job: Job) {
        spent = job.spentAttempts
        crashes = job.crashes
        open = job.openDependencies
        expiry = job.expiry
        switch job.state {
        case .blocked(let time), .held(let time): notBefore = time
        case .ready(_, let resource): lacks = resource
        case .running(_, let stopping): isStopping = stopping
        case .failed(let reason): failure = reason
        case .scheduled, .succeeded, .cancelled: break
        }
    }

    /// In the order of `names`.
    func bind(to parameters: inout SQLiteParameters) {
        parameters.bind(spent)
        parameters.bind(crashes)
        parameters.bind(open)
        parameters.bind(lacks?.text)
        parameters.bind(flag: isStopping)
        parameters.bind(notBefore)
        parameters.bind(expiry)
        let code = failure.map { SQLiteOutcomeCode($0) }
        parameters.bind(code?.outcome)
        parameters.bind(code?.detail)
        parameters.bind(code?.step)
    }
}
