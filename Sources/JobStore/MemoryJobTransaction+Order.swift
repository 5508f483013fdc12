import Jobs

/// Which jobs come next: for a worker, for a time, for removal.
extension MemoryJobTransaction {
    // MARK: Order

    func readyJobs(in queue: QueueName, limit: Int) -> [Job] {
        first(limit) { job in
            guard case .ready(let since, nil) = job.state, job.spec.queue == queue else { return nil }
            return Self.place(of: job, since: since)
        }
    }

    func parkedJobs(lacking resource: Resource, in queue: QueueName, limit: Int) -> [Job] {
        first(limit) { job in
            guard case .ready(let since, resource) = job.state, job.spec.queue == queue else { return nil }
            return Self.place(of: job, since: since)
        }
    }

    func runningJobs() -> [Job] {
        first(.max) { $0.state.name == .running ? Place($0.id) : nil }
    }

    /// The place of a job that could run since then among those of its queue.
    static func place(of job: Job, since: Timestamp) -> Place {
        Place(job.id, priority: job.spec.priority, time: since)
    }

    // MARK: Time

    func dueJobs(at now: Timestamp, limit: Int) -> [Job] {
        first(limit) { job in
            guard case .scheduled(let until) = job.state, until <= now else { return nil }
            return Place(job.id, time: until)
        }
    }

    func nextDue() -> Timestamp? {
        table.jobs.values.compactMap { row in
            guard case .scheduled(let until) = row.job.state else { return nil }
            return until
        }.min()
    }

    func expiredJobs(at now: Timestamp, limit: Int) -> [Job] {
        first(limit) { job in
            guard let expiry = job.expiry, expiry <= now else { return nil }
            return Place(job.id, time: expiry)
        }
    }

    func nextExpiry() -> Timestamp? { table.jobs.values.compactMap { $0.job.expiry }.min() }

    // MARK: Retention

    func endedJobs(in state: JobState.Name, before: Timestamp, limit: Int) -> [JobID] {
        first(limit) { job in
            guard job.state.name == state, let ended = job.ended, ended < before else { return nil }
            return Place(job.id, time: ended)
        }.map(\.id)
    }

    // MARK: Sorting

    /// What jobs are sorted by.
    struct Place: Comparable {
        private let priority: Int
        private let time: Timestamp
        private let id: JobID

        init(_ id: JobID, priority: Int = 0, time: Timestamp = Timestamp(nanoseconds: 0)) {
            self.id = id
            self.priority = priority
            self.time = time
        }

        static func < (left: Place, right: Place) -> Bool {
            if left.priority != right.priority { return left.priority > right.priority }
            return left.time == right.time ? left.id < right.id : left.time < right.time
        }
    }

    /// The first of the jobs that have a place.
    private func first(_ limit: Int, place: (Job) -> Place?) -> [Job] {
        let placed = table.jobs.values.compactMap { row in place(row.job).map { (place: $0, row: row) } }
        return placed.sorted { $0.place < $1.place }.prefix(limit).map(\.row.job)
    }
}
