import JobStore
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
        let connection = try #require(spy.connections.first)
        return try statements.map { ($0, try connection.plan(of: $0)) }
    }

    private func inTransaction(
        _ body: @escaping (any JobTransaction) throws(JobStoreError) -> Void
    ) -> (SQLiteJobStore) throws -> Void {
        { store in try store.write { transaction throws(JobStoreError) in try body(transaction) } }
    }

    /// Each query is served by that index, in the order in which it wants its rows.
    private func expect(_ index: String, serves body: (SQLiteJobStore) throws -> Void) throws {
        let plans = try plans(body)
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
        try expect(
            "job_ready",
            serves: inTransaction { transaction throws(JobStoreError) in
                _ = try transaction.readyJobs(in: .default, limit: 3)
            })
    }

    @Test("due jobs and the next time are found by their index, in order")
    func due() throws {
        try expect(
            "job_due",
            serves: inTransaction { transaction throws(JobStoreError) in
                _ = try transaction.dueJobs(at: StoreJobs.start, limit: 3)
            })
        try expect(
            "job_due", serves: inTransaction { transaction throws(JobStoreError) in _ = try transaction.nextDue() })
    }

    @Test("running jobs are found by their index")
    func running() throws {
        try expect(
            "job_running",
            serves: inTransaction { transaction throws(JobStoreError) in
                _ = try transaction.runningJobs()
            })
    }

    @Test(
        "a list of living jobs passes over none that ended",
        arguments: [[.ready], [.running], [.scheduled, .ready, .running], [.scheduled]] as [Set<JobState.Name>])
    func live(states: Set<JobState.Name>) throws {
        let plans = try plans { store in
            _ = try store.jobs(matching: JobFilter(states: states), page: JobPage(limit: 20))
        }
        for plan in plans {
            let first = try #require(plan.steps.first)
            #expect(
                ["job_live", "job_ready", "job_due", "job_running"].contains { first.contains("INDEX \($0)") },
                "\(plan)")
        }
    }

    @Test("no statement of the daily work reads a whole table or sorts")
    func daily() throws {
        let plans = try plans { store in
            _ = try store.jobs(matching: JobFilter(), page: JobPage(limit: 20))
            _ = try store.jobs(
                matching: JobFilter(user: 1, name: "n7"), page: JobPage(before: JobID(rawValue: 100), limit: 20))
            _ = try store.job(JobID(rawValue: 5))
            _ = try store.attempts(of: JobID(rawValue: 5))
            try store.write { transaction throws(JobStoreError) in
                _ = try transaction.insert(StoreJobs.new(token: "fresh"))
                _ = try transaction.job(token: "t3", of: 1)
                guard var job = try transaction.readyJobs(in: .default, limit: 1).first else { throw .refused("none") }
                job.state = .running(attempt: 1)
                job.attempts = 1
                try transaction.update(job)
                try transaction.begin(Attempt(number: 1, node: "n", claimed: StoreJobs.start), of: job.id)
                try transaction.end(AttemptID(job: job.id, number: 1), AttemptEnd(outcome: .lost, at: StoreJobs.start))
            }
        }
        #expect(plans.count >= 10)
        for plan in plans {
            for step in plan.steps {
                #expect(!step.contains("TEMP B-TREE"), "\(plan)")
                let scansTable = step.hasPrefix("SCAN") && !step.contains("INDEX")
                #expect(!scansTable, "\(plan)")
            }
        }
    }

    @Test("counting costs the same for any number of jobs")
    func counting() throws {
        let plans = try plans { store in _ = try store.counts() }
        for plan in plans { #expect(plan.steps.allSatisfy { $0.contains("tally") }, "\(plan)") }
    }
}
