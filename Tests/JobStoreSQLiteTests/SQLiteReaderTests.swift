import JobStore
import JobStoreConformance
import JobStoreSQLite
import Jobs
import Testing
import Threading

/// Reading while somebody writes.
@Suite(.serialized)
struct SQLiteReaderTests {
    @Test("a reader sees nothing of a transaction before its commit, and all of it after")
    func isolation() throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        let first = try #require(try store.insert([StoreJobs.new()]).first)
        let id = try store.write { transaction throws(JobStoreError) in
            let id = try transaction.insert(StoreJobs.new(token: "t"))
            guard var job = try transaction.job(first) else { throw .refused("it was just made") }
            job.state = .running(attempt: 1)
            job.attempts = 1
            try transaction.update(job)
            try transaction.begin(Attempt(number: 1, node: "n", claimed: StoreJobs.start), of: first)
            #expect(try store.job(id) == nil)
            #expect(try store.ids() == [first])
            #expect(try store.job(first)?.state.name == .ready)
            #expect(try store.attempts(of: first) == [])
            #expect(try store.counts()[.default, .ready] == 1)
            return id
        }
        #expect(try store.ids() == [id, first])
        #expect(try store.job(first)?.state.name == .running)
        #expect(try store.counts()[.default, .running] == 1)
        store.close()
    }

    @Test("readers on other threads see whole commits, and never go back in time")
    func concurrent() throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        let isOver = Event()
        let faults = Monitor<[String]>([])
        let rounds = Monitor(0)
        let readers = try (0..<3).map { number in
            try DaemonThread(name: "reader") {
                var last = 0
                while !isOver.isSet {
                    do {
                        let count = try store.counts()[.default, .ready]
                        let listed = try store.jobs(matching: JobFilter(states: [.ready]), page: JobPage(limit: 1_000))
                            .count
                        if count % 2 != 0 || listed % 2 != 0 || count < last || listed < count {
                            faults.withLock { $0.append("reader \(number): \(last), \(count), \(listed)") }
                        }
                        last = count
                        rounds.withLock { $0 += 1 }
                    } catch {
                        faults.withLock { $0.append("\(error)") }
                        return
                    }
                }
            }
        }
        for round in 0..<100 {
            try store.insert([StoreJobs.new(), StoreJobs.new()])
            if round % 10 == 0 { try store.tidy() }
        }
        isOver.set()
        for reader in readers { try #require(reader.join(until: .after(.seconds(20)))) }
        #expect(faults.withLock { $0 } == [])
        #expect(rounds.withLock { $0 } > 0)
        store.close()
    }
}
