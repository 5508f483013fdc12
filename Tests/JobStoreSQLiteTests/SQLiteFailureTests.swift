import CSQLite
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
        disk.fail(.init(writes: true, code: SQLITE_IOERR | (3 << 8)))  // SQLITE_IOERR_WRITE
        #expect(throws: JobStoreError.self) { try store.insert([StoreJobs.new()]) }
        disk.fail(.init())
        #expect(throws: JobStoreError.self) { try store.insert([StoreJobs.new()]) }
        store.close()
        try expectAll(acknowledged, in: folder.file)
    }

    @Test(
        "a transaction that found no room is not there, not even after a crash right then, and can be repeated",
        arguments: [false, true])
    func full(tears: Bool) throws {
        let folder = try StoreFolder()
        let disk = try WatchedDisk(store: folder.file, copy: folder.copy)
        let store = try folder.open()
        var acknowledged = try store.insert([StoreJobs.new()])
        // At each write of the transaction in turn, until one needs no more than so many.
        for writes in 0..<1_000 {
            let failed = disk.failedWrites
            disk.fail(.init(writes: true, writesBefore: writes, tears: tears))
            let jobs = (0..<3).map { _ in StoreJobs.new(padding: 3_000) }
            let result = Result { () throws(JobStoreError) in try store.insert(jobs) }
            disk.fail(.init())
            if case .success(let ids) = result {
                #expect(disk.failedWrites == failed)
                store.close()
                try expectAll(acknowledged + ids, in: folder.file)
                #expect(writes > 10)
                return
            }
            guard case .failure(.full) = result else {
                Issue.record("\(result)")
                return
            }
            let cut = try StoreFolder()
            for ending in ["", "-wal"] { StoreFolder.copy(folder.file + ending, to: cut.file + ending) }
            let copy = try cut.open()
            #expect(try copy.ids() == acknowledged.reversed())
            copy.close()
            acknowledged += try store.insert([StoreJobs.new()])
        }
        Issue.record("there is no end to the writes of a transaction")
    }

    @Test("a checkpoint that finds no room is no failure, and is made when there is room")
    func fullCheckpoint() throws {
        let folder = try StoreFolder()
        let disk = try WatchedDisk(store: folder.file, copy: folder.copy)
        let store = try folder.open()
        var acknowledged: [JobID] = []
        // More than the frames that are worth a checkpoint.
        for _ in 0..<9 { acknowledged += try store.insert([StoreJobs.new(padding: 1_000_000)]) }
        let size = try #require(StoreFolder.size(of: folder.file))
        disk.fail(.init(writes: true))
        try store.tidy()
        #expect(disk.failedWrites == 1)
        try store.tidy()
        #expect(disk.failedWrites == 1)
        disk.fail(.init())
        acknowledged += try store.insert([StoreJobs.new(padding: 1_100_000)])
        try store.tidy()
        #expect(try #require(StoreFolder.size(of: folder.file)) > size + 9_000_000)
        store.close()
        try expectAll(acknowledged, in: folder.file)
    }

    @Test("an error of the system is told with the call, the file and the error, also one that a reader met")
    func named() throws {
        let folder = try StoreFolder()
        let disk = try WatchedDisk(store: folder.file, copy: folder.copy)
        let store = try folder.open()
        try store.insert([StoreJobs.new()])
        disk.fail(.init(syncs: true))
        let error = #expect(throws: JobStoreError.self) { try store.insert([StoreJobs.new()]) }
        #expect(try #require(error).description.contains("fsync \(folder.file)"))
        disk.fail(.init())
        store.close()

        let other = try folder.open()
        rename(folder.file, folder.copy)
        let lost = #expect(throws: JobStoreError.self) { try other.counts() }
        rename(folder.copy, folder.file)
        let sentence = try #require(lost).description
        #expect(sentence.contains("open \(folder.file): ENOENT"), "\(sentence)")
        let after = #expect(throws: JobStoreError.self) { try other.insert([StoreJobs.new()]) }
        #expect(after == lost)
        other.close()
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
