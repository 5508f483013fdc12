import Jobs

/// The columns of `job` that each step of a job's life changes.
enum SQLiteStateColumns {
    static let names = ["state", "since", "attempts"]

    /// In the order of `names`.
    static func bind(_ job: Job, to parameters: inout SQLiteParameters) {
        parameters.bind(SQLiteStateCode.number(of: job.state.name))
        parameters.bind(since(job)?.nanoseconds ?? 0)
        parameters.bind(job.attempts)
    }

    private static func since(_ job: Job) -> Timestamp? {
        switch job.state {
        case .scheduled(let until): until
        case .ready(let since, _): since
        case .blocked, .held, .running, .succeeded, .failed, .cancelled: job.ended
        }
    }
}
