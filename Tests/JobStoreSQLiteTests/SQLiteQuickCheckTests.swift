import JobStoreSQLite
import Testing

/// A look through the whole file, as an examination of the daemon takes it.
struct SQLiteQuickCheckTests {
    @Test("a sound store is found sound, one that is too large for the time unfinished, and both can be used on")
    func sound() throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        try store.insert((0..<2_000).map { StoreJobs.new("\($0)", padding: 600) })
        #expect(try store.check(for: .seconds(60)) == .sound)
        #expect(try store.check(for: .zero) == .unfinished)
        #expect(try store.check(for: .seconds(60)) == .sound)
        try store.insert([StoreJobs.new("later")])
        #expect(try store.ids().count == 2_001)
        store.close()
    }
}
