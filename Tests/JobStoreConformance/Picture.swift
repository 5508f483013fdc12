import JobStore
import Jobs

/// Everything that can be seen of a store, as lines of words.
struct Picture: Equatable {
    private let lines: [String]

    static let queues = [Samples.main, Samples.other, Samples.name("third")]
    static let users: [UInt32] = [0, 1, 2, 1_000]
    static let resources: [Resource] =
        ["gpu", "disk"].map { .named($0) } + users.map { .limit("word", user: $0) }

    /// - Parameters:
    ///   - tokens: those whose jobs are looked up.
    ///   - keys: those whose jobs are looked up.
    init(of store: any JobStore, tokens: [String] = [], keys: [String] = []) throws(JobStoreError) {
        let jobs = try store.jobs(matching: JobFilter(), page: JobPage(limit: .max))
        lines =
            try Self.readers(store, jobs)
            + store.write { transaction throws(JobStoreError) in
                try Self.orders(transaction) + Self.times(transaction) + Self.names(transaction, tokens, keys)
                    + Self.links(transaction, jobs)
            }
    }

    /// What any thread can read.
    private static func readers(_ store: any JobStore, _ jobs: [Job]) throws(JobStoreError) -> [String] {
        var lines: [String] = []
        let counts = try store.counts().queues.mapValues { $0.sorted { $0.key < $1.key } }.sorted { $0.key < $1.key }
        lines.append("counts \(counts)")
        let settings = try store.queueSettings().mapValues { $0.sorted { $0.key < $1.key } }
        lines.append("settings \(settings.sorted { $0.key < $1.key })")
        for resource in resources {
            lines.append(
                "\(resource) \(try store.amountTaken(of: resource)) \(try store.takers(of: resource, limit: 100))")
        }
        for job in jobs {
            let id = job.id
            lines.append("job \(Self.text(of: job))")
            lines.append("attempts of \(id) \(try store.attempts(of: id))")
            lines.append("changes of \(id) \(try store.changes(of: id))")
            lines.append("dependencies of \(id) \(try store.dependencies(of: id, limit: 100))")
            lines.append("open dependencies of \(id) \(try store.openDependencies(of: id, limit: 100))")
            lines.append("ahead of \(id) \(try store.jobsAhead(of: job, limit: 5))")
        }
        return lines
    }

    /// A job with what has no order put in one.
    static func text(of job: Job) -> String {
        var plain = job
        plain.spec.command.environment = [:]
        plain.spec.needs = [:]
        plain.spec.limits = [:]
        plain.spec.surroundings.limits = ProcessLimits()
        plain.spec.secrets = [:]
        plain.spec.retry.exitCodes = []
        plain.spec.retry.successCodes = []
        let spec = job.spec
        return
            "\(plain) \(spec.command.environment.sorted { $0.key < $1.key }) \(job.requirements) "
            + "\(spec.retry.exitCodes.sorted()) \(spec.retry.successCodes.sorted()) "
            + "\(spec.surroundings.limits.ordered) \(spec.secrets.sorted { $0.key < $1.key })"
    }

    private static func orders(_ transaction: any JobTransaction) throws(JobStoreError) -> [String] {
        var lines = ["running \(try transaction.runningJobs().map(\.id))"]
        let lacked = try transaction.lackedResources()
        lines.append("lacked \(lacked)")
        for queue in queues {
            lines.append("ready in \(queue) \(try transaction.readyJobs(in: queue, limit: 10_000).map(\.id))")
            for resource in lacked {
                let parked = try transaction.parkedJobs(lacking: resource, in: queue, limit: 10_000).map(\.id)
                lines.append("parked in \(queue) for \(resource) \(parked)")
            }
        }
        return lines
    }

    private static func times(_ transaction: any JobTransaction) throws(JobStoreError) -> [String] {
        let end = Timestamp(nanoseconds: .max)
        return [
            "due \(try transaction.dueJobs(at: end, limit: 10_000).map(\.id))",
            "next due \(String(describing: try transaction.nextDue()))",
            "expired \(try transaction.expiredJobs(at: end, limit: 10_000).map(\.id))",
            "next expiry \(String(describing: try transaction.nextExpiry()))",
            "succeeded \(try transaction.endedJobs(in: .succeeded, before: end, limit: 10_000))",
            "failed \(try transaction.endedJobs(in: .failed, before: end, limit: 10_000))",
            "cancelled \(try transaction.endedJobs(in: .cancelled, before: end, limit: 10_000))",
        ]
    }

    private static func names(
        _ transaction: any JobTransaction, _ tokens: [String], _ keys: [String]
    ) throws(JobStoreError) -> [String] {
        var lines: [String] = []
        for user in users {
            for token in tokens {
                guard let (job, isEdited) = try transaction.job(token: token, of: user) else { continue }
                lines.append("token \(token) of \(user) \(job.id) \(isEdited)")
            }
            for key in keys {
                guard let job = try transaction.job(key: key, of: user) else { continue }
                lines.append("key \(key) of \(user) \(job.id)")
            }
        }
        return lines
    }

    private static func links(_ transaction: any JobTransaction, _ jobs: [Job]) throws(JobStoreError) -> [String] {
        var lines = ["to settle \(try transaction.jobsToSettle(limit: 10_000))"]
        for job in jobs {
            let dependants = try transaction.dependants(of: job.id, limit: 10_000)
            lines.append("for \(job.id) wait \(dependants) \(try transaction.hasDependants(job.id))")
        }
        return lines
    }

    /// What differs, for a message.
    func difference(from other: Picture) -> String {
        let pair = zip(lines, other.lines).first { $0 != $1 }
        return pair.map { "\($0.0)\nand\n\($0.1)" } ?? "\(lines.count) lines and \(other.lines.count)"
    }
}
