import JobStoreConformance
import JobStoreSQLite
import Testing

/// SQLite keeps the rules that every store must keep.
@Suite(.serialized)
struct SQLiteConformanceTests {
    @Test("a store keeps the rules", arguments: JobStoreCheck.all)
    func conforms(check: JobStoreCheck) throws {
        let folder = try StoreFolder()
        try check.run(StoreUnderTest(reopenable: { try folder.open() }))
    }

    @Test("a store does what the reference does, at random", arguments: [11, 12, 13, 14] as [UInt64])
    func walk(seed: UInt64) throws {
        let folder = try StoreFolder()
        var walk = RandomWalk(seed: seed, try StoreUnderTest(reopenable: { try folder.open() }))
        try walk.run(steps: 60)
    }
}
