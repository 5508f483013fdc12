import Glibc
import JobStore
import JobStoreConformance
import JobStoreSQLite
import Jobs
import Testing
import Threading

/// Copies of a store that is in use.
@Suite(.serialized)
struct SQLiteBackupTests {
    private func claim(_ id: JobID, in store: SQLiteJobStore) throws {
        try store.write { transaction throws(JobStoreError) in
            guard var job = try transaction.job(id) else { throw .refused("it was just made") }
            job.state = .running(attempt: 1)
            job.attempts = 1
            try transaction.update(job)
            try transaction.begin(Attempt(number: 1, node: "n", claimed: StoreJobs.start), of: id)
        }
    }

    @Test("a backup has all jobs of one moment, opens as a store of its own, and gives no number twice")
    func backup() throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        let ids = try store.insert((0..<40).map { StoreJobs.new("\($0)", padding: 3_000, token: "\($0)") })
        try claim(ids[0], in: store)
        try store.backUp(to: folder.copy)
        let jobs = try store.jobs(matching: JobFilter(), page: JobPage(limit: 100))
        let later = try #require(try store.insert([StoreJobs.new()]).first)
        #expect(StoreFolder.mode(of: folder.copy) == 0o600)
        #expect(StoreFolder.size(of: folder.copy + "-wal") == nil)
        #expect(StoreFolder.size(of: folder.copy + ".part") == nil)
        let original = try StoreFolder.bytes(of: folder.copy)
        var identities = [store.identity]
        for _ in 0..<2 {
            // The same backup is restored twice.
            try StoreFolder.make(folder.copy, holding: original)
            let copy = try SQLiteJobStore(path: folder.copy)
            #expect(try copy.jobs(matching: JobFilter(), page: JobPage(limit: 100)) == jobs)
            #expect(try copy.attempts(of: ids[0], last: 9) == store.attempts(of: ids[0], last: 9))
            identities.append(copy.identity)
            let next = try #require(try copy.insert([StoreJobs.new()]).first)
            #expect(next.rawValue > later.rawValue + 1_000_000)
            copy.close()
            let again = try SQLiteJobStore(path: folder.copy)
            #expect(again.identity == identities.last)
            #expect(try again.ids().first == next)
            again.close()
        }
        #expect(Set(identities).count == 3)
        store.close()
    }

    @Test("a backup that is restored beside the log of its original is refused")
    func besideOldLog() throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        try store.insert([StoreJobs.new()])
        try store.backUp(to: folder.copy)
        try store.insert([StoreJobs.new()])
        StoreFolder.copy(folder.file + "-wal", to: folder.copy + "-wal")
        let error = #expect(throws: JobStoreError.self) { _ = try SQLiteJobStore(path: folder.copy) }
        guard case .damaged(let problem) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(problem.contains("another database"))
        store.close()
    }

    @Test("a backup overwrites nothing, and one that cannot be written leaves nothing")
    func refused() throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        try store.insert([StoreJobs.new()])
        try StoreFolder.make(folder.copy, holding: [1])
        #expect(throws: JobStoreError.self) { try store.backUp(to: folder.copy) }
        #expect(try StoreFolder.bytes(of: folder.copy) == [1])
        unlink(folder.copy)
        #expect(throws: JobStoreError.self) { try store.backUp(to: "/nonexistent/copy") }
        store.endBackups()
        #expect(throws: JobStoreError.self) { try store.backUp(to: folder.copy) }
        #expect(StoreFolder.size(of: folder.copy) == nil && StoreFolder.size(of: folder.copy + ".part") == nil)
        try store.insert([StoreJobs.new()])
        store.close()
    }

    @Test("while backups are made commits go on, and each backup has whole commits only")
    func underLoad() throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        try store.insert((0..<400).map { _ in StoreJobs.new(padding: 3_000) })
        let isOver = Event()
        let written = Monitor(400)
        let faults = Monitor<[String]>([])
        let writer = try DaemonThread(name: "writer") {
            while !isOver.isSet {
                do {
                    try store.insert([StoreJobs.new(), StoreJobs.new()])
                    written.withLock { $0 += 2 }
                    try store.tidy()
                } catch {
                    faults.withLock { $0.append("\(error)") }
                    return
                }
            }
        }
        for _ in 0..<5 {
            let before = written.withLock { $0 }
            try store.backUp(to: folder.copy)
            let copy = try SQLiteJobStore(path: folder.copy)
            let count = try copy.ids().count
            #expect(count >= before && count % 2 == 0)
            #expect(try copy.counts()[.default, .ready] == count)
            copy.close()
            unlink(folder.copy)
        }
        isOver.set()
        try #require(writer.join(until: .after(.seconds(20))))
        #expect(faults.withLock { $0 } == [])
        store.close()
    }
}
