import JobStore
import JobStoreSQLite
import Jobs
import SeededRandom
import Testing

/// Any damage: either the store opens with all that was acknowledged, or it is refused.
@Suite(.serialized)
struct SQLiteRandomDamageTests {
    /// What became of a store.
    private enum Fate {
        case complete
        case refused
        case lost([Job])
    }

    private static func fate(of files: StoreFiles, in folder: StoreFolder) throws -> Fate {
        do throws(JobStoreError) {
            let store = try SQLiteJobStore(path: folder.file)
            defer { store.close() }
            let jobs = try store.jobs(matching: JobFilter(), page: JobPage(limit: 1_000))
            let counts = try store.counts()
            let tokens = try store.write { transaction throws(JobStoreError) in
                var found = 0
                for number in 0..<30 where try transaction.job(token: "old-\(number)", of: 1) != nil { found += 1 }
                return found
            }
            let isComplete = jobs == files.all && counts[.default, .ready] == jobs.count && tokens == 30
            return isComplete ? .complete : .lost(jobs)
        } catch {
            guard case .damaged = error else { throw error }
            return .refused
        }
    }

    /// One damage to one file.
    private static func damaged(
        _ files: StoreFiles, by random: inout SeededRandom
    ) throws -> (files: StoreFiles, name: StoreFiles.Name, offset: Int, what: String) {
        let name: StoreFiles.Name = Bool.random(using: &random) ? .main : .log
        let size = try #require(files.files[name]?.count)
        let offset = Int.random(in: 0..<size, using: &random)
        let unit = name == .main ? 4_096 : 4_120
        let start = name == .main ? 0 : 32
        let piece = start + (offset - start) / unit * unit
        switch Int.random(in: 0..<10, using: &random) {
        case 0: return (files.cut(to: offset, name), name, offset, "cut")
        case 1:
            let range = offset / 4_096 * 4_096..<min(offset / 4_096 * 4_096 + 4_096, size)
            return (files.zeroed(range, of: name), name, range.lowerBound, "zeroed page")
        case 2:
            let other = start + Int.random(in: 0..<((size - start) / unit), using: &random) * unit
            return (files.swapped(max(piece, start), other, length: unit, of: name), name, min(piece, other), "swapped")
        case 3:
            var copy = files
            for index in offset..<min(offset + Int.random(in: 1...600, using: &random), size) {
                copy.files[name]?[index] = UInt8.random(in: 0...255, using: &random)
            }
            return (copy, name, offset, "noise")
        default:
            let bit = Int.random(in: 0..<8, using: &random)
            return (files.flipped(bit, at: offset, of: name), name, offset, "flipped bit")
        }
    }

    @Test("after a kill -9, with any damage, a store opens complete or is refused", arguments: [UInt64(1), 2, 3])
    func killed(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let files = try StoreFiles.make()
        let folder = try StoreFolder(in: "/dev/shm")
        var refused = 0
        for round in 0..<400 {
            let (damaged, name, offset, what) = try Self.damaged(files, by: &random)
            try damaged.write(to: folder)
            switch try Self.fate(of: files, in: folder) {
            case .complete: break
            case .refused: refused += 1
            case .lost(let jobs):
                Issue.record("seed \(seed), round \(round): \(what) at \(offset) of \(name): \(jobs.count) jobs")
            }
        }
        // Else it did no damage.
        #expect(refused > 200)
    }

    @Test("after a power cut, with any damage, at most the last transaction can be taken for one that was not written")
    func powerCut() throws {
        var random = SeededRandom(seed: 4)
        let files = try StoreFiles.make()
        let folder = try StoreFolder(in: "/dev/shm")
        let last = files.ends.count - 1
        var refused = 0
        for round in 0..<400 {
            let (damaged, name, offset, what) = try Self.damaged(files.without(.index), by: &random)
            try damaged.write(to: folder)
            switch try Self.fate(of: files, in: folder) {
            case .complete: break
            case .refused: refused += 1
            case .lost(let jobs):
                // SQLiteLog says what cannot be told.
                let isLast = name == .log && jobs == files.contents[last - 1] && offset + 4_120 >= files.ends[last - 1]
                let isCut = what == "cut" && name == .log && ([files.closed] + files.contents).contains(jobs)
                if !isLast, !isCut {
                    Issue.record("round \(round): \(what) at \(offset) of \(name): \(jobs.count) jobs")
                }
            }
        }
        #expect(refused > 200)
    }
}
