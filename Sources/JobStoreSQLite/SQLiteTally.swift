import Jobs

/// The changes of one transaction to the numbers of jobs, summed up: one update per queue and state, however many jobs.
struct SQLiteTally {
    /// Where a job is counted.
    struct Place: Hashable, Comparable {
        let queue: String
        /// `SQLiteStateCode`.
        let state: Int64

        init(queue: String, state: Int64) {
            self.queue = queue
            self.state = state
        }

        init(of job: Job) {
            self.init(queue: job.shared.spec.queue.text, state: SQLiteStateCode.number(of: job.state.name))
        }

        static func < (left: Place, right: Place) -> Bool {
            (left.queue, left.state) < (right.queue, right.state)
        }
    }

    private var sums: [Place: Int] = [:]

    /// A job goes from one place to another: one that is made comes from none, one that is deleted goes to none.
    mutating func move(from old: Place?, to new: Place?) {
        if let old { sums[old, default: 0] -= 1 }
        if let new { sums[new, default: 0] += 1 }
    }

    /// In an order that is always the same.
    var changes: [(place: Place, by: Int)] {
        sums.filter { $0.value != 0 }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
