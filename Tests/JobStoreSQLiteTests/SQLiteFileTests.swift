import JobStore
import JobStoreSQLite
import Jobs
import Testing

/// The file itself.
@Suite(.serialized)
struct SQLiteFileTests {
    @Test("a file that a newer daemon wrote is refused, and stays as it is")
    func newerSchema() throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        try store.insert([StoreJobs.new()])
        store.close()
        try RawDatabase(path: folder.file).execute("PRAGMA user_version = 9999")
        let error = #expect(throws: JobStoreError.self) { _ = try folder.open() }
        guard case .newerSchema(found: 9999, let known) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(known > 0 && known < 9999)
        let raw = try RawDatabase(path: folder.file)
        #expect(try raw.rows("PRAGMA user_version") == [["9999"]])
        #expect(try raw.rows("SELECT count(*) FROM job") == [["1"]])
    }

    @Test("a file that is no store is refused")
    func noStore() throws {
        let folder = try StoreFolder()
        StoreFolder.copy("/bin/sh", to: folder.file)
        #expect(throws: JobStoreError.self) { _ = try folder.open() }
    }

    @Test("a store in a folder that is not there is refused")
    func noFolder() throws {
        #expect(throws: JobStoreError.self) { _ = try SQLiteJobStore(path: "/nonexistent/folder/store") }
    }

    @Test("each store has an identity of its own, which lives as long as the file")
    func identity() throws {
        let folders = [try StoreFolder(), try StoreFolder()]
        let names = try folders.map { folder in
            let store = try folder.open()
            defer { store.close() }
            return store.identity
        }
        #expect(Set(names).count == 2)
        #expect(names.allSatisfy { $0.count == 32 && $0.allSatisfy(\.isHexDigit) })
        #expect(try folders.map { try $0.open().identity } == names)
    }

    @Test("nobody but its owner may read the file")
    func permissions() throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        try store.insert([StoreJobs.new()])
        #expect(StoreFolder.mode(of: folder.file) == 0o600)
        #expect(StoreFolder.mode(of: folder.file + "-wal") == 0o600)
        store.close()
    }

    @Test("a closed store has everything in its main file")
    func closed() throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        let ids = try store.insert((0..<50).map { _ in StoreJobs.new() })
        _ = try store.ids()
        store.close()
        #expect((StoreFolder.size(of: folder.file + "-wal") ?? 0) == 0)
        StoreFolder.copy(folder.file, to: folder.copy)
        let copy = try SQLiteJobStore(path: folder.copy)
        #expect(try copy.ids() == ids.reversed())
        copy.close()
    }

    @Test("the writing connection keeps a log and syncs it at each commit; readers may not write")
    func settings() throws {
        let folder = try StoreFolder()
        try folder.open().close()
        let spy = ConnectionSpy()
        let store = try folder.open()
        try store.insert([StoreJobs.new()])
        _ = try store.counts()
        let connections = spy.connections
        #expect(connections.count == 2)
        #expect(try connections[0].rows("PRAGMA journal_mode") == [["wal"]])
        // 2 is FULL (sqlite.org/pragma.html#pragma_synchronous).
        #expect(try connections[0].rows("PRAGMA synchronous") == [["2"]])
        #expect(try connections[0].rows("PRAGMA wal_autocheckpoint") == [["0"]])
        #expect(try connections[0].rows("PRAGMA integrity_check") == [["ok"]])
        #expect(try connections[1].rows("PRAGMA journal_mode") == [["wal"]])
        store.close()
    }

    @Test("the log does not grow without bound where the store is tidied")
    func tidies() throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        var largest = 0
        for _ in 0..<300 {
            try store.insert((0..<10).map { _ in StoreJobs.new(padding: 4_000) })
            try store.tidy()
            largest = max(largest, StoreFolder.size(of: folder.file + "-wal") ?? 0)
        }
        // The bound is 2,048 frames of a page and 24 bytes; a commit may come on top.
        #expect(largest < 2_300 * (4_096 + 24))
        #expect(try store.counts()[.default, .ready] == 3_000)
        store.close()
    }
}
