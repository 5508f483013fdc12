import JobStore
import JobStoreConformance
import JobStoreSQLite
import Jobs
import Testing

/// What each query costs: SQLite's own plan for each statement that really ran.
@Suite(.serialized)
struct SQLiteQueryPlanTests {
    /// A store with many jobs that ended and few that live, as a store is after a while.
    private func populated(_ folder: StoreFolder) throws -> SQLiteJobStore {
        let store = try folder.open()
        try store.write { transaction throws(JobStoreError) in
            for number in 0..<400 {
                let id = try transaction.insert(StoreJobs.new("n\(number)", token: "t\(number)"))
                guard var job = try transaction.job(id) else { continue }
                switch number % 100 {
                case 0: job.state = .running(attempt: 1)
                case 1: job.state = .scheduled(until: StoreJobs.start + .seconds(number))
                case 2: continue
                case 3: job.state = .ready(since: StoreJobs.start, lacks: .named("gpu"))
                case 4: job.state = .held(notBefore: nil)
                default: (job.state, job.ended) = (.succeeded, StoreJobs.start)
                }
                job.attempts = 1
                try transaction.update(job)
                try transaction.begin(Attempt(number: 1, node: "n", claimed: StoreJobs.start), of: id)
            }
        }
        return store
    }

    /// The plans of the statements that `body` runs.
    private func plans(_ body: (SQLiteJobStore) throws -> Void) throws -> [(sql: String, steps: [String])] {
        let folder = try StoreFolder()
        let spy = ConnectionSpy()
        let store = try populated(folder)
        defer { store.close() }
        _ = spy.takeStatements()
        try body(store)
        let statements = spy.takeStatements().filter { sql in
            ["SELECT", "UPDATE", "INSERT", "DELETE"].contains { sql.hasPrefix($0) }
        }
        try #require(!statements.isEmpty)
        let connection = try #require(spy.connections.last)
        return try statements.map { ($0, try connection.plan(of: $0)) }
    }

    /// Each query is served by that index, in the order in which it wants its rows.
    private func expect(
        _ index: String, serves body: @escaping (any JobTransaction) throws(JobStoreError) -> Void
    ) throws {
        let plans = try plans { store in
            try store.write { transaction throws(JobStoreError) in try body(transaction) }
        }
        #expect(
            plans.contains {
                $0.steps.contains {
                    $0.contains("USING INDEX \(index)") || $0.contains("USING COVERING INDEX \(index)")
                }
            }, "\(plans)")
        for plan in plans { #expect(!plan.steps.contains { $0.contains("TEMP B-TREE") }, "\(plan)") }
    }

    @Test("claims find ready jobs by their index, in order")
    func ready() throws {
        try expect("job_ready") { transaction throws(JobStoreError) in
            _ = try transaction.readyJobs(in: .default, limit: 3)
        }
    }

    @Test("jobs that lack a resource are found by it, in order, and so are the resources")
    func parked() throws {
        try expect("job_ready") { transaction throws(JobStoreError) in
            _ = try transaction.parkedJobs(lacking: .named("gpu"), in: .default, limit: 3)
        }
        try expect("job_ready") { transaction throws(JobStoreError) in _ = try transaction.lackedResources() }
    }

    @Test("jobs ahead are counted in two ranges of the index")
    func ahead() throws {
        let plans = try plans { store in
            let job = try #require(try store.jobs(matching: JobFilter(states: [.ready]), page: JobPage(limit: 1)).first)
            _ = try store.jobsAhead(of: job, limit: 3)
        }
        let plan = try #require(plans.first { $0.sql.contains("count(*)") })
        #expect(plan.steps.filter { $0.contains("SEARCH job USING INDEX job_ready") }.count == 2, "\(plan)")
        #expect(!plan.steps.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
    }

    @Test("due jobs and the next time are found by their index, in order")
    func due() throws {
        try expect("job_state") { transaction throws(JobStoreError) in
            _ = try transaction.dueJobs(at: StoreJobs.start, limit: 3)
        }
        try expect("job_state") { transaction throws(JobStoreError) in _ = try transaction.nextDue() }
    }

    @Test("expired jobs and the next time are found by their index, in order")
    func expiry() throws {
        try expect("job_expiry") { transaction throws(JobStoreError) in
            _ = try transaction.expiredJobs(at: StoreJobs.start, limit: 3)
        }
        try expect("job_expiry") { transaction throws(JobStoreError) in _ = try transaction.nextExpiry() }
    }

    @Test("running jobs are found by their index")
    func running() throws {
        try expect("job_state") { transaction throws(JobStoreError) in _ = try transaction.runningJobs() }
    }

    @Test("jobs that ended are found by state and time on the index alone, in order")
    func ended() throws {
        try expect("job_state") { transaction throws(JobStoreError) in
            _ = try transaction.endedJobs(in: .succeeded, before: StoreJobs.start, limit: 3)
        }
    }

    @Test("those who wait for a job are found without passing over those who waited")
    func dependants() throws {
        try expect("dependency_open") { transaction throws(JobStoreError) in
            _ = try transaction.dependants(of: JobID(rawValue: 1), limit: 3)
        }
        try expect("dependency_open") { transaction throws(JobStoreError) in
            _ = try transaction.hasDependants(JobID(rawValue: 1))
        }
    }

    @Test(
        "a list of living jobs passes over none that ended",
        arguments: [[.ready], [.running], [.blocked, .scheduled, .ready, .held, .running], [.scheduled], [.held]]
            as [Set<JobState.Name>])
    func live(states: Set<JobState.Name>) throws {
        let plans = try plans { store in
            _ = try store.jobs(matching: JobFilter(states: states), page: JobPage(limit: 20))
        }
        for plan in plans {
            let first = try #require(plan.steps.first)
            #expect(["job_live", "job_ready", "job_state"].contains { first.contains("INDEX \($0)") }, "\(plan)")
        }
    }

    @Test(
        "a list of what runs or has ended passes over none that waits",
        arguments: [
            ([.running], "job_state"), ([.succeeded, .failed, .cancelled], "job_ended"), ([.failed], "job_ended"),
        ]
            as [(Set<JobState.Name>, String)])
    func notWaiting(states: Set<JobState.Name>, index: String) throws {
        let plans = try plans { store in
            let filter = JobFilter(states: states, queues: [.default])
            let found = try store.jobs(matching: filter, page: JobPage(limit: 20)).map(\.state.name)
            #expect(states.isSuperset(of: found))
        }
        for plan in plans {
            let first = try #require(plan.steps.first)
            #expect(first.contains("INDEX \(index)"), "\(plan)")
            #expect(!plan.steps.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
        }
    }

    /// Tables of which all rows are wanted, or the first of which are.
    private static let readWhole = ["tally", "queue_setting", "settle", "json_each"]

    @Test("no statement reads a whole table or sorts")
    func all() throws {
        let plans = try plans { store in
            try readAll(store)
            try store.write { transaction throws(JobStoreError) in try writeAll(transaction) }
        }
        #expect(plans.count >= 50)
        for plan in plans {
            for step in plan.steps {
                #expect(!step.contains("TEMP B-TREE"), "\(plan)")
                let table = step.split(separator: " ").dropFirst().first.map(String.init) ?? ""
                // What a query has put together itself is bounded by its own limit.
                let isBounded = Self.readWhole.contains(table) || table.hasPrefix("(subquery")
                #expect(!step.hasPrefix("SCAN") || isBounded, "\(step) in \(plan)")
            }
        }
    }

    /// Each thing that a reader can ask.
    private func readAll(_ store: SQLiteJobStore) throws {
        let id = JobID(rawValue: 5)
        _ = try store.jobs(matching: JobFilter(user: 1, name: "n7"), page: JobPage(before: id, limit: 20))
        let job = try #require(try store.job(JobID(rawValue: 3)))
        _ = try store.attempts(of: id)
        _ = try store.changes(of: id)
        _ = try store.dependencies(of: id, limit: 3)
        _ = try store.openDependencies(of: id, limit: 3)
        _ = try store.jobsAhead(of: job, limit: 3)
        _ = try store.takers(of: .named("gpu"), limit: 3)
        _ = try store.amountTaken(of: .named("gpu"))
        _ = try store.queueSettings()
        _ = try store.counts()
    }

    /// Each thing that a transaction can do.
    private func writeAll(_ transaction: any JobTransaction) throws(JobStoreError) {
        let other = JobID(rawValue: 3)
        let id = try transaction.insert(StoreJobs.waiting(for: other, token: "fresh"))
        _ = try transaction.insert(StoreJobs.new())
        guard var job = try transaction.job(id) else { throw .refused("none") }
        try transaction.takeKey(of: job)
        _ = try transaction.job(key: "k", of: 1)
        _ = try transaction.job(token: "t3", of: 1)
        _ = try transaction.dependencies(of: id)
        _ = try transaction.hasDependants(other)
        _ = try transaction.dependants(of: other, limit: 3)
        try transaction.addToSettle(other)
        _ = try transaction.jobsToSettle(limit: 3)
        try transaction.setDependency(of: id, on: other, isOpen: false)
        try transaction.removeToSettle(other)
        job.state = .running(attempt: 1)
        try transaction.update(job)
        try transaction.rewrite(job)
        try transaction.take([Requirement(resource: .named("gpu"), amount: 1)], for: id)
        _ = try transaction.amountTaken(of: .named("gpu"))
        try transaction.begin(Attempt(number: 1, node: "n", claimed: StoreJobs.start), of: id)
        try transaction.end(
            AttemptID(job: id, number: 1), AttemptEnd(outcome: .lost, at: StoreJobs.start), next: .ready)
        try transaction.record(
            Change(at: StoreJobs.start, by: .daemon, cause: .due, state: .ready, attempts: 1), of: id)
        try transaction.giveBack(by: id)
        try transaction.set(
            "workers", of: .default, to: StoredSetting(value: "1", by: .daemon, at: StoreJobs.start))
        try transaction.set("rate", of: .default, to: nil)
        guard var plain = try transaction.readyJobs(in: .default, limit: 1).first else { throw .refused("none") }
        plain.state = .running(attempt: 1)
        try transaction.update(plain)
        _ = try transaction.parkedJobs(lacking: .named("gpu"), in: .default, limit: 3)
        _ = try transaction.lackedResources()
        _ = try transaction.runningJobs()
        _ = try transaction.dueJobs(at: StoreJobs.start, limit: 3)
        _ = try transaction.nextDue()
        _ = try transaction.expiredJobs(at: StoreJobs.start, limit: 3)
        _ = try transaction.nextExpiry()
        _ = try transaction.endedJobs(in: .failed, before: StoreJobs.start, limit: 3)
        try transaction.delete(id)
    }

    @Test("counting costs the same for any number of jobs")
    func counting() throws {
        let plans = try plans { store in _ = try store.counts() }
        for plan in plans { #expect(plan.steps.allSatisfy { $0.contains("tally") }, "\(plan)") }
    }
}
