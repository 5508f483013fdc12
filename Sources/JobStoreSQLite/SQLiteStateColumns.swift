import Jobs

/// The columns of `job` that each step of a job's life changes.
enum SQLiteStateColumns {
    static let names = ["state", "since", "attempts"]

    /// In the order of `names`.
    static func values(of job: Job) -> [SQLiteValue] {
        [
            .integer(SQLiteStateCode.number(of: job.state.name)), .integer(since(job)?.nanoseconds ?? 0),
            .integer(job.attempts),
        ]
    }

    private static func since(_ job: Job) -> Timestamp? {
        switch job.state {
        case .scheduled(let until): until
        case .ready(let since, _): since
        case .blocked, .held, .running, .succeeded, .failed, .cancelled: job.ended
        }
    }
}
