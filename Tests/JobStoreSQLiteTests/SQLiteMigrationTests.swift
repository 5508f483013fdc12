import JobStore
import JobStoreSQLite
import Jobs
import Testing

/// Files of older versions.
@Suite(.serialized)
struct SQLiteMigrationTests {
    private static func time(_ seconds: Int) -> Timestamp { StoreJobs.start + .seconds(seconds) }

    private static let outcomes: [Outcome] = [
        .exited(code: 1), .signalled(9), .timedOut, .cancelled, .couldNotStart(step: .execute, errno: 2), .interrupted,
        .lost,
    ]

    /// What is in the file, by id.
    private static let jobs: [Job] = {
        let waiting: [Job] = [
            job(1, "scheduled", .scheduled(until: time(30)), delay: 30), job(2, "ready", .ready(since: time(0))),
            job(3, "running", .running(attempt: 1), attempts: 1),
            job(4, "succeeded", .succeeded, delay: 1, attempts: 1, ended: 2),
        ]
        let ended = outcomes.enumerated().map { index, outcome in
            let state = outcome == .cancelled ? JobState.cancelled : .failed(.attempt(outcome))
            return job(Int64(5 + index), "ended", state, attempts: 1, ended: 2)
        }
        return waiting + ended + [job(12, "cancelled", .cancelled, ended: 3)]
    }()

    private static func job(
        _ id: Int64, _ word: String, _ state: JobState, delay: Int? = nil, attempts: Int = 0, ended: Int? = nil
    ) -> Job {
        let command = Command(arguments: ["/bin/echo", word], directory: "/tmp", environment: ["A": "b=c"])
        let spec = JobSpec(
            command: command, name: word, priority: 3, start: delay.map { .after(.seconds($0)) },
            timeout: .seconds(60), killAfter: .seconds(5))
        return Job(
            id: JobID(rawValue: id), spec: spec, submitter: Submitter(user: 1_000, group: 100), submitted: time(0),
            firstState: delay == nil ? .ready : .scheduled, state: state, attempts: attempts,
            ended: ended.map(time))
    }

    private func opened(_ folder: StoreFolder) throws -> SQLiteJobStore {
        try RawDatabase(creating: folder.file).execute(SchemaOne.dump)
        return try folder.open()
    }

    @Test("a file of schema 1 is brought to the newest, and every job in it is as it was")
    func jobs() throws {
        let folder = try StoreFolder()
        for store in [try opened(folder), try folder.open()] {
            #expect(store.identity == "a7f96b53d7536f8797f364e052276c18")
            let jobs = try store.jobs(matching: JobFilter(), page: JobPage(limit: 100))
            #expect(jobs.reversed() == Self.jobs)
            let counts: [JobState.Name: Int] = [
                .scheduled: 1, .ready: 1, .running: 1, .succeeded: 1, .failed: 6, .cancelled: 2,
            ]
            #expect(try store.counts().queues == [.default: counts])
            store.close()
        }
        #expect(try RawDatabase(path: folder.file).rows("PRAGMA integrity_check") == [["ok"]])
    }

    @Test("attempts of schema 1 tell the state after them")
    func attempts() throws {
        let folder = try StoreFolder()
        let store = try opened(folder)
        #expect(try store.attempts(of: JobID(rawValue: 3)).map(\.next) == [nil])
        for (job, outcome) in zip(Self.jobs[3...], [.exited(code: 0)] + Self.outcomes) {
            let attempt = try #require(try store.attempts(of: job.id).first)
            #expect(attempt.next == job.state.name)
            #expect(attempt.end?.outcome == outcome)
            #expect(attempt.end?.at == Self.time(2))
        }
        store.close()
    }

    @Test("a migrated file goes on: orders, tokens, ends, removal, new ids")
    func goesOn() throws {
        let folder = try StoreFolder()
        let store = try opened(folder)
        try store.write { transaction throws(JobStoreError) in
            #expect(try transaction.readyJobs(in: .default, limit: 9) == [Self.jobs[1]])
            #expect(try transaction.dueJobs(at: Self.time(30), limit: 9) == [Self.jobs[0]])
            #expect(try transaction.runningJobs() == [Self.jobs[2]])
            #expect(try transaction.nextExpiry() == nil)
            let failed = try transaction.endedJobs(in: .failed, before: Self.time(9), limit: 9)
            #expect(failed.map(\.rawValue) == [5, 6, 7, 9, 10, 11])
            let known = try transaction.job(token: "later", of: 1_000)
            #expect(known?.job == Self.jobs[0] && known?.isEdited == false)
            for id in failed { try transaction.delete(id) }
            try transaction.delete(Self.jobs[1].id)
            #expect(try transaction.job(token: "now", of: 1_000) == nil)
            #expect(try transaction.insert(StoreJobs.new(token: "now")).rawValue == 13)
        }
        let left: [JobState.Name: Int] = [.scheduled: 1, .ready: 1, .running: 1, .succeeded: 1, .cancelled: 2]
        #expect(try store.counts().queues == [.default: left])
        store.close()
    }

    @Test("a file of each later schema opens: what that brought is there, and its pages have checksums from then on")
    func later() throws {
        for (schema, dump) in [(2, SchemaTwo.dump), (3, SchemaThree.dump)] {
            let folder = try StoreFolder()
            try RawDatabase(creating: folder.file).execute(dump)
            for _ in 0..<2 {
                let store = try folder.open()
                #expect(store.identity == "a7f96b53d7536f8797f364e052276c18")
                let jobs = try store.jobs(matching: JobFilter(), page: JobPage(limit: 100))
                #expect(jobs.count == 13 && jobs.last?.state == Self.jobs[0].state)
                let waiting = try #require(jobs.first)
                #expect(waiting.state == .blocked(notBefore: nil))
                let dependencies = try store.dependencies(of: waiting.id, limit: 9)
                #expect(dependencies == [Dependency(on: JobID(rawValue: 3), condition: .succeeded)])
                #expect(try store.queueSettings()[.default]?.keys.sorted() == ["workers"])
                let input = try store.write { transaction throws(JobStoreError) in
                    try transaction.attachments(of: Self.jobs[1].id).input
                }
                #expect(input == (schema == 3 ? Array("hello".utf8) : nil))
                store.close()
                #expect(try StoreFolder.bytes(of: folder.file)[20] == 16)
            }
        }
    }

    @Test("a file without checksums that a newer daemon wrote, or of no jobd, is refused")
    func unknown() throws {
        for (version, words) in [(9_999, "newer"), (0, "checksums"), (4, "checksums")] {
            let folder = try StoreFolder()
            let raw = try RawDatabase(creating: folder.file)
            try raw.execute(SchemaThree.dump)
            try raw.execute("PRAGMA user_version = \(version)")
            let error = #expect(throws: JobStoreError.self) { _ = try folder.open() }
            #expect(error?.description.contains(words) == true, "\(version)")
        }
    }

    @Test("a migrated file has the same tables and indexes as a new one")
    func sameSchema() throws {
        let folders = [try StoreFolder(), try StoreFolder()]
        try opened(folders[0]).close()
        try folders[1].open().close()
        let schemas = try folders.map { folder in
            let raw = try RawDatabase(path: folder.file)
            return try raw.rows("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name")
                + raw.rows("PRAGMA user_version")
        }
        #expect(schemas[0] == schemas[1])
    }
}
