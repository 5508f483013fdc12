import JobStore
import Jobs

/// Everything that can be seen of a store.
struct Picture: Equatable {
    private let jobs: [Job]
    private let attempts: [JobID: [Attempt]]
    private let counts: JobCounts
    private let ready: [QueueName: [JobID]]
    private let due: [JobID]
    private let nextDue: Timestamp?
    private let running: [Job]
    private let byToken: [String: JobID]

    static let queues = [Samples.main, Samples.other, Samples.name("third")]
    static let users: [UInt32] = [0, 1, 2, 1_000]

    init(of store: any JobStore, tokens: Set<String>) throws(JobStoreError) {
        let jobs = try store.jobs(matching: JobFilter(), page: JobPage(limit: .max))
        self.jobs = jobs
        counts = try store.counts()
        var attempts: [JobID: [Attempt]] = [:]
        for job in jobs { attempts[job.id] = try store.attempts(of: job.id) }
        self.attempts = attempts
        (ready, due, nextDue, running, byToken) = try store.write { transaction throws(JobStoreError) in
            var ready: [QueueName: [JobID]] = [:]
            for queue in Self.queues { ready[queue] = try transaction.readyJobs(in: queue, limit: 10_000).map(\.id) }
            var byToken: [String: JobID] = [:]
            for token in tokens {
                for user in Self.users { byToken["\(user) \(token)"] = try transaction.job(token: token, of: user)?.id }
            }
            let due = try transaction.dueJobs(at: Timestamp(nanoseconds: .max), limit: 10_000).map(\.id)
            return (ready, due, try transaction.nextDue(), try transaction.runningJobs(), byToken)
        }
    }

    /// What differs, for a message.
    func difference(from other: Picture) -> String {
        if jobs != other.jobs {
            let pairs = zip(jobs, other.jobs).first { $0 != $1 }
            return
                "jobs: \(jobs.count) and \(other.jobs.count); first difference \(pairs.map { "\($0)" } ?? "in number")"
        }
        if attempts != other.attempts { return "attempts: \(attempts) and \(other.attempts)" }
        if counts != other.counts { return "counts: \(counts) and \(other.counts)" }
        if ready != other.ready { return "ready: \(ready) and \(other.ready)" }
        if due != other.due { return "due: \(due) and \(other.due)" }
        if nextDue != other.nextDue {
            return "next due: \(String(describing: nextDue)) and \(String(describing: other.nextDue))"
        }
        if running != other.running { return "running: \(running) and \(other.running)" }
        if byToken != other.byToken { return "tokens: \(byToken) and \(other.byToken)" }
        return "nothing"
    }
}
