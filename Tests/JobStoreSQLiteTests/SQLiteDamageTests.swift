import Glibc
import JobStore
import JobStoreSQLite
import Jobs
import Testing
import Threading

/// Files that are not what was written: refused, one rule after the other.
@Suite(.serialized)
struct SQLiteDamageTests {
    private let folder: StoreFolder
    private let files: StoreFiles

    init() throws {
        folder = try StoreFolder(in: "/dev/shm")
        files = try StoreFiles.make()
    }

    private func expectRefusal(_ files: StoreFiles, _ words: String, line: Int = #line) {
        do {
            try files.open(in: folder).close()
            Issue.record("line \(line): it was opened")
        } catch JobStoreError.damaged(let problem) {
            #expect(problem.contains(words), "line \(line)")
        } catch {
            Issue.record("line \(line): \(error)")
        }
    }

    private func expectJobs(_ jobs: [Job], _ files: StoreFiles) throws {
        let store = try files.open(in: folder)
        #expect(try store.jobs(matching: JobFilter(), page: JobPage(limit: 1_000)) == jobs)
        store.close()
    }

    @Test("what a kill -9 leaves opens, with the index of the log and without")
    func undamaged() throws {
        try expectJobs(files.all, files)
        try expectJobs(files.all, files.without(.index))
    }

    @Test("a flipped bit in page 1 of the main file is found by the start")
    func firstPage() throws {
        expectRefusal(files.flipped(3, at: 60, of: .main).without(.log), "page 1")
    }

    @Test("a page that turns out to be damaged is told once, and nothing is acknowledged after it")
    func inUse() throws {
        let last = try #require(files.files[.main]?.count) - 4_096
        try files.flipped(0, at: last + 2_000, of: .main).write(to: folder)
        let problems = Monitor<[String]>([])
        let store = try SQLiteJobStore(
            path: folder.file, onDamage: { problem in problems.withLock { $0.append(problem) } })
        let page = JobPage(limit: 1_000)
        #expect(throws: JobStoreError.self) { try store.jobs(matching: JobFilter(), page: page) }
        let first = problems.withLock { $0 }
        #expect(first.count == 1 && store.damageFound == first.first)
        let error = #expect(throws: JobStoreError.self) { try store.insert([StoreJobs.new()]) }
        #expect(error?.description.contains("is damaged") == true)
        #expect(problems.withLock { $0 } == first)
        store.close()
    }

    @Test("swapped, zeroed and missing pages of the main file are refused")
    func pages() throws {
        let size = try #require(files.files[.main]?.count)
        #expect(throws: JobStoreError.self) {
            let store = try files.swapped(size - 4_096, size - 8_192, length: 4_096, of: .main).open(in: folder)
            defer { store.close() }
            _ = try store.jobs(matching: JobFilter(), page: JobPage(limit: 1_000))
        }
        expectRefusal(files.zeroed(0..<4_096, of: .main).without(.log), "SQLite file")
        expectRefusal(files.cut(to: 0, .main), "is empty")
        expectRefusal(files.cut(to: 3_000, .main).without(.log), "cut off")
        #expect(throws: JobStoreError.self) { try files.cut(to: size - 4_096, .main).without(.log).open(in: folder) }
        expectRefusal(files.without(.main), "missing")
    }

    @Test("a flag that turns the checksums off is itself found out")
    func reserve() throws {
        expectRefusal(files.flipped(4, at: 20, of: .main).without(.log), "page 1")
    }

    @Test("a frame that does not fit in the midst of the log is refused, whatever of it is hit")
    func logMidst() throws {
        let powerCut = files.without(.index)
        for frame in [1, files.lastFrame(of: 2), files.lastFrame(of: 2) + 1, files.lastFrame(of: 5)] {
            // Page number, pages after the commit, both salts, both sums, content, trailer.
            for offset in [3, 7, 8, 12, 16, 23, 24, 2_000, 4_119] {
                expectRefusal(powerCut.flipped(2, at: StoreFiles.frame(frame) + offset, of: .log), "later transactions")
            }
        }
    }

    @Test("the mark of a commit that is gone is found, also in the last but one transaction")
    func lostCommit() throws {
        let frame = files.lastFrame(of: files.ends.count - 2)
        let mark = StoreFiles.frame(frame) + 7
        let lone = files.without(.index).zeroed(mark..<mark + 1, of: .log)
        expectRefusal(lone, "frame")
    }

    @Test("with its index, no damage to the log gets through: neither to the last transaction, nor a cut")
    func index() throws {
        let last = files.lastFrame(of: files.ends.count - 1)
        expectRefusal(files.flipped(5, at: StoreFiles.frame(last) + 300, of: .log), "committed frames")
        expectRefusal(files.cut(to: files.ends[3], .log), "committed frames")
        expectRefusal(files.cut(to: files.ends[3] + 700, .log), "committed frames")
    }

    @Test("a last transaction that is not whole, as a power cut leaves it, is none; all before it is there")
    func torn() throws {
        let powerCut = files.without(.index)
        let last = files.ends.count - 1
        let first = files.lastFrame(of: last - 1) + 1
        let end = files.lastFrame(of: last)
        try #require(end > first)
        let before = files.contents[last - 1]
        for missing in 1..<(1 << (end - first + 1)) {
            var torn = powerCut
            for frame in first...end where missing >> (frame - first) & 1 == 1 {
                torn = torn.flipped(6, at: StoreFiles.frame(frame) + 700, of: .log)
            }
            try expectJobs(before, torn)
        }
        try expectJobs(before, powerCut.cut(to: files.ends[last - 1] + 512, .log))
    }

    @Test("a log that is missing or cut to nothing is refused, unless the store was closed")
    func missingLog() throws {
        expectRefusal(files.without(.log), "log is missing")
        expectRefusal(files.without(.log).without(.index), "log is missing")
        // Nothing that a refused start does makes the next one succeed.
        #expect(throws: JobStoreError.self) { _ = try folder.open() }
        expectRefusal(files.without(.index).cut(to: 0, .log), "log is missing")
        expectRefusal(files.without(.index).cut(to: 20, .log), "log is missing")
        let store = try files.open(in: folder)
        store.close()
        unlink(folder.file + "-wal")
        unlink(folder.file + "-shm")
        let again = try folder.open()
        #expect(try again.jobs(matching: JobFilter(), page: JobPage(limit: 1_000)) == files.all)
        again.close()
    }

    @Test("a broken header of the log is refused while the log is needed, and harmless when all is in the main file")
    func header() throws {
        for offset in [0, 9, 13, 17, 25, 31] { expectRefusal(files.flipped(1, at: offset, of: .log), "header") }
        expectRefusal(files.without(.index).zeroed(0..<4_096, of: .log), "header")
        let store = try files.open(in: folder)
        // The start moved all into the main file; the next transaction would write this header anew.
        var restarted = StoreFiles()
        for name in StoreFiles.Name.allCases {
            restarted.files[name] = try StoreFolder.bytes(of: folder.file + name.rawValue)
        }
        store.close()
        try expectJobs(files.all, restarted.without(.index).zeroed(0..<32, of: .log))
    }

    @Test("the log of another store is refused, and so is the journal of one")
    func foreign() throws {
        let other = try StoreFiles.make()
        expectRefusal(files.changed { $0.files[.log] = other.files[.log] }, "another database")
        expectRefusal(files.without(.index).changed { $0.files[.log] = other.files[.log] }, "another database")
        try StoreFolder.make(folder.file + "-journal", holding: [1, 2, 3])
        expectRefusal(files, "journal")
        unlink(folder.file + "-journal")
    }
}
