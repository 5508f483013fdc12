import Glibc
import JobStore
import JobStoreSQLite
import Jobs
import Testing

/// Disks that fail, and power that goes.
@Suite(.serialized)
struct SQLiteFailureTests {
    /// Everything that was acknowledged is there, and the store works.
    private func expectAll(_ acknowledged: [JobID], in path: String) throws {
        let store = try SQLiteJobStore(path: path)
        defer { store.close() }
        let found = Set(try store.ids())
        #expect(acknowledged.filter { !found.contains($0) } == [])
        #expect(try store.counts()[.default, .ready] == found.count)
        let next = try #require(try store.insert([StoreJobs.new()]).first)
        #expect(acknowledged.allSatisfy { $0 < next } && !found.contains(next))
    }

    @Test(
        "what was acknowledged survives a power cut right after, with checkpoints or without", arguments: [false, true])
    func powerCut(tidies: Bool) throws {
        let folder = try StoreFolder()
        let disk = try WatchedDisk(store: folder.file, copy: folder.copy)
        let store = try folder.open()
        var acknowledged: [JobID] = []
        for round in 1...14 {
            let syncs = disk.syncs
            acknowledged += try store.insert((0..<3).map { _ in StoreJobs.new(padding: tidies ? 250_000 : 0) })
            #expect(disk.syncs > syncs)
            if tidies { try store.tidy() }
            guard round % 7 == 0 else { continue }
            // A copy of what was synced until now, without what was only written.
            let cut = try StoreFolder()
            for ending in ["", "-wal"] where StoreFolder.size(of: folder.copy + ending) != nil {
                StoreFolder.copy(folder.copy + ending, to: cut.file + ending)
            }
            try expectAll(acknowledged, in: cut.file)
        }
        store.close()
    }

    @Test("after a sync that failed nothing is acknowledged any more, also when the disk is well again")
    func failedSync() throws {
        let folder = try StoreFolder()
        let disk = try WatchedDisk(store: folder.file, copy: folder.copy)
        let store = try folder.open()
        let acknowledged = try store.insert([StoreJobs.new(), StoreJobs.new()])
        disk.fail(.init(syncs: true))
        let error = #expect(throws: JobStoreError.self) { try store.insert([StoreJobs.new()]) }
        guard case .outcomeUnknown = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        disk.fail(.init())
        for _ in 0..<3 {
            let error = #expect(throws: JobStoreError.self) { try store.insert([StoreJobs.new()]) }
            guard case .outcomeUnknown = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
        try store.tidy()
        store.close()
        try expectAll(acknowledged, in: folder.file)
    }

    @Test("after a write that failed nothing is acknowledged any more, and nothing acknowledged is lost")
    func failedWrite() throws {
        let folder = try StoreFolder()
        let disk = try WatchedDisk(store: folder.file, copy: folder.copy)
        let store = try folder.open()
        let acknowledged = try store.insert([StoreJobs.new(), StoreJobs.new()])
        disk.fail(.init(writes: true))
        #expect(throws: JobStoreError.self) { try store.insert([StoreJobs.new()]) }
        disk.fail(.init())
        #expect(throws: JobStoreError.self) { try store.insert([StoreJobs.new()]) }
        store.close()
        try expectAll(acknowledged, in: folder.file)
    }

    @Test("a file that may not grow any more costs nothing that was acknowledged")
    func noRoom() throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        var acknowledged: [JobID] = try store.insert([StoreJobs.new()])
        // The system's own refusal, instead of one that is made up: files end at 400 kB.
        let ignored = signal(SIGXFSZ, SIG_IGN)
        var before = rlimit()
        try #require(getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &before) == 0)
        var small = rlimit(rlim_cur: 400_000, rlim_max: before.rlim_max)
        try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &small) == 0)
        var failure: JobStoreError?
        for _ in 0..<1_000 where failure == nil {
            do throws(JobStoreError) {
                acknowledged += try store.insert((0..<3).map { _ in StoreJobs.new(padding: 2_000) })
            } catch {
                failure = error
            }
        }
        setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &before)
        signal(SIGXFSZ, ignored)
        #expect(failure != nil)
        #expect(acknowledged.count > 10)
        #expect(throws: JobStoreError.self) { try store.insert([StoreJobs.new()]) }
        store.close()
        try expectAll(acknowledged, in: folder.file)
    }

    @Test("a store that was never closed is complete when it is opened again")
    func neverClosed() throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        let ids = try store.insert((0..<20).map { _ in StoreJobs.new() })
        // The files as a killed process leaves them: the log is not in the main file yet.
        StoreFolder.copy(folder.file, to: folder.copy)
        StoreFolder.copy(folder.file + "-wal", to: folder.copy + "-wal")
        try expectAll(ids, in: folder.copy)
        store.close()
    }

    @Test("a write that is given up leaves the store writable")
    func givenUp() throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        #expect(throws: JobStoreError.refused("no")) {
            try store.write { transaction throws(JobStoreError) in
                _ = try transaction.insert(StoreJobs.new())
                throw .refused("no")
            }
        }
        try store.insert([StoreJobs.new()])
        #expect(try store.ids().count == 1)
        store.close()
    }
}
