import JobStore
import Jobs

/// What people do, what resources do, and what must not be done.
extension RandomOperations {
    mutating func control(_ event: JobEvent, _ cause: Change.Cause) throws(JobStoreError) -> String {
        guard var job = try anyJob() else { return "no job" }
        let isDone = try change(&job, by: event, cause, actor: .user(one(of: Picture.users)))
        return "\(cause) \(job.id) \(isDone) \(job.state)"
    }

    mutating func retry() throws(JobStoreError) -> String {
        guard var job = try anyJob(), job.state.isFinal else { return "nothing to retry" }
        if let key = job.spec.key, try transaction.job(key: key.text, of: job.submitter.user) != nil {
            return "its key is taken"
        }
        // It waits again for those that live.
        var open = 0
        for dependency in try transaction.dependencies(of: job.id) {
            let isOpen = try transaction.job(dependency.on).map { !$0.state.isFinal } ?? false
            try transaction.setDependency(of: job.id, on: dependency.on, isOpen: isOpen)
            if isOpen { open += 1 }
        }
        _ = try change(&job, by: .retryRequested(openDependencies: open), .retried, actor: .user(1))
        try transaction.takeKey(of: job)
        return "retry \(job.id) \(job.state)"
    }

    mutating func edit() throws(JobStoreError) -> String {
        guard var job = try anyJob(), job.state.name.isWaiting else { return "nothing to edit" }
        try transaction.releaseKey(of: job)
        job.spec = spec()
        if let key = job.spec.key, try transaction.job(key: key.text, of: job.submitter.user) != nil {
            job.spec.key = nil
        }
        try transaction.rewrite(job)
        try transaction.takeKey(of: job)
        if number(0..<2) == 0 {
            _ = try change(&job, by: .rescheduled(job.spec.start), .edited("start"), actor: .user(1))
        }
        return "edit \(job.id) \(job.state)"
    }

    mutating func park() throws(JobStoreError) -> String {
        let jobs = try transaction.readyJobs(in: one(of: Picture.queues), limit: 2)
        for var job in jobs { _ = try change(&job, by: .parked(lacks: one(of: Picture.resources))) }
        return "park \(jobs.map(\.id))"
    }

    mutating func admit() throws(JobStoreError) -> String {
        let lacked = try transaction.lackedResources()
        guard !lacked.isEmpty else { return "nothing is lacked" }
        let resource = one(of: lacked)
        let jobs = try transaction.parkedJobs(lacking: resource, in: one(of: Picture.queues), limit: number(1..<3))
        for var job in jobs { _ = try change(&job, by: .admitted) }
        return "admit \(resource) \(jobs.map(\.id)) \(try transaction.amountTaken(of: resource))"
    }

    mutating func remove() throws(JobStoreError) -> String {
        let state = one(of: [JobState.Name.succeeded, .failed, .cancelled])
        let ids = try transaction.endedJobs(in: state, before: now, limit: number(1..<4))
        var removed: [JobID] = []
        for id in ids where try !transaction.hasDependants(id) {
            try transaction.delete(id)
            removed.append(id)
        }
        return "remove \(removed) of \(ids)"
    }

    mutating func set() throws(JobStoreError) -> String {
        let queue = one(of: Picture.queues)
        let name = one(of: ["workers", "rate"])
        let value = StoredSetting(value: "\(number(0..<9))", by: one(of: [.daemon, .user(3)]), at: now)
        try transaction.set(name, of: queue, to: number(0..<3) == 0 ? nil : value)
        return "set \(name) of \(queue)"
    }

    /// Something that is refused wherever it can be tried.
    mutating func misuse() throws(JobStoreError) -> String {
        let kind = number(0..<5)
        guard let job = try anyJob() else { return "no job" }
        let nobody = JobID(rawValue: 1_000_000)
        switch kind {
        case 0: try transaction.delete(nobody)
        case 1: if try transaction.hasDependants(job.id) { try transaction.delete(job.id) }
        case 2: try transaction.setDependency(of: job.id, on: job.id, isOpen: true)
        case 3:
            if job.attempts > 0 {
                try transaction.begin(Attempt(number: 1, node: "n", claimed: now), of: job.id)
            }
        default: try transaction.begin(Attempt(number: 1, node: "n", claimed: now), of: nobody)
        }
        return "nothing to misuse"
    }
}
