import JobStore
import Jobs

/// From the submit to the end.
extension RandomOperations {
    mutating func insert() throws(JobStoreError) -> String {
        let user = one(of: Picture.users)
        var token: String? = number(0..<2) == 0 ? one(of: Self.tokens) : nil
        if let text = token, let (job, isEdited) = try transaction.job(token: text, of: user) {
            // One that is taken is looked up, as the service does.
            if number(0..<3) > 0 { return "repeat \(job.id) \(isEdited)" }
            token = nil
        }
        var spec = self.spec()
        if let key = spec.key, let owner = try transaction.job(key: key.text, of: user) {
            if number(0..<2) == 0 { return "key of \(owner.id)" }
            spec.key = nil
        }
        let (dependencies, open, failed) = try self.dependencies()
        let state = JobStateMachine.firstState(
            of: spec, submitted: now, openDependencies: open.count, failedDependency: failed)
        let new = NewJob(
            spec: spec, submitter: Submitter(user: user, group: 7), submitted: now, state: state, token: token,
            dependencies: dependencies, open: open)
        let id = try transaction.insert(new)
        if !state.isFinal { try transaction.takeKey(of: new.job(id)) }
        return "insert \(id) \(state)"
    }

    mutating func spec() -> JobSpec {
        var spec = number(0..<3) == 0 ? one(of: Samples.specs) : JobSpec(command: Command(arguments: ["p"]))
        spec.command.arguments.append("w\(number(0..<9))")
        spec.queue = one(of: Picture.queues)
        spec.priority = number(-2..<3)
        spec.name = one(of: ["a", "b", nil])
        if spec.key == nil, number(0..<4) == 0 { spec.key = UniqueKey(one(of: Self.keys)) }
        if number(0..<4) == 0 { spec.expires = .seconds(number(0..<9)) }
        if number(0..<4) == 0 { spec.start = .after(.seconds(number(0..<7))) }
        spec.needs = number(0..<3) == 0 ? ["gpu": number(1..<3), "disk": 1] : [:]
        spec.limits = number(0..<3) == 0 ? ["word": 2] : [:]
        return spec
    }

    /// Up to three other jobs, those of them that live, and one that ended as it should not.
    private mutating func dependencies() throws(JobStoreError) -> ([Dependency], Set<JobID>, JobID?) {
        var dependencies: [Dependency] = []
        var open: Set<JobID> = []
        var failed: JobID?
        for _ in 0..<max(0, number(-4..<4)) {
            let condition = one(of: Dependency.Condition.allCases)
            guard let other = try anyJob(), !dependencies.contains(where: { $0.on == other.id }) else { continue }
            dependencies.append(Dependency(on: other.id, condition: condition))
            switch condition.isMet(by: other.state.name) {
            case nil: open.insert(other.id)
            case false?: failed = other.id
            case true?: break
            }
        }
        return (dependencies, open, failed)
    }

    mutating func claim() throws(JobStoreError) -> String {
        let jobs = try transaction.readyJobs(in: one(of: Picture.queues), limit: number(1..<4))
        for var job in jobs where try change(&job, by: .claimed) {
            try transaction.take(job.requirements, for: job.id)
            try transaction.begin(Attempt(number: job.attempts, node: "node", claimed: now), of: job.id)
        }
        return "claim \(jobs.map(\.id))"
    }

    mutating func end() throws(JobStoreError) -> String {
        let running = try transaction.runningJobs()
        guard !running.isEmpty else { return "nothing runs" }
        var job = one(of: running)
        let outcome = one(of: Samples.outcomes + [.exited(code: 0)])
        let cost = Cost(userTime: .microseconds(number(0..<9_999)), systemTime: .zero, maxResident: 7)
        let attempt = job.attempts
        let event = JobEvent.ended(
            attempt: attempt, outcome, RetryPolicy(job.spec.retry, retries: number(0..<3)),
            jitter: Double(number(0..<100)) / 100)
        guard try change(&job, by: event) else { return "stale" }
        let end = AttemptEnd(outcome: outcome, at: now, cost: number(0..<2) == 0 ? cost : nil)
        try transaction.end(AttemptID(job: job.id, number: attempt), end, next: job.state.name)
        try transaction.giveBack(by: job.id)
        return "end \(job.id).\(attempt) \(job.state)"
    }

    mutating func makeDue() throws(JobStoreError) -> String {
        let jobs = try transaction.dueJobs(at: now, limit: number(1..<4))
        for var job in jobs { _ = try change(&job, by: .due, .due) }
        return "due \(jobs.map(\.id)) then \(String(describing: try transaction.nextDue()))"
    }

    mutating func expire() throws(JobStoreError) -> String {
        let jobs = try transaction.expiredJobs(at: now, limit: number(1..<4))
        for var job in jobs { _ = try change(&job, by: .expired, .expired) }
        return "expired \(jobs.map(\.id)) then \(String(describing: try transaction.nextExpiry()))"
    }

    /// Tells some of those who wait for a job that ended.
    mutating func settle() throws(JobStoreError) -> String {
        guard let id = try transaction.jobsToSettle(limit: 1).first, let ended = try transaction.job(id) else {
            return "nothing to settle"
        }
        let dependants = try transaction.dependants(of: id, limit: number(1..<3))
        if dependants.isEmpty { try transaction.removeToSettle(id) }
        for dependant in dependants {
            guard var job = try transaction.job(dependant.job),
                let isMet = dependant.condition.isMet(by: ended.state.name)
            else { continue }
            try transaction.setDependency(of: job.id, on: id, isOpen: false)
            if isMet {
                _ = try change(&job, by: .dependencyMet, .dependenciesMet)
            } else {
                _ = try change(&job, by: .dependencyFailed(on: id), .dependencyFailed(on: id))
            }
        }
        return "settle \(id) \(dependants)"
    }
}
