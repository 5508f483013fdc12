import Glibc
import JobStore
import JobStoreSQLite
import Jobs
import Testing

/// The files of a store as a kill -9 leaves them, to be damaged.
struct StoreFiles {
    enum Name: String, CaseIterable {
        case main = ""
        case log = "-wal"
        case index = "-shm"
    }

    var files: [Name: [UInt8]] = [:]
    /// Where each transaction ends in the log.
    private(set) var ends: [Int] = []
    /// What the main file has.
    private(set) var closed: [Job] = []
    /// What was stored after each transaction, newest job first.
    private(set) var contents: [[Job]] = []

    /// A store with jobs in its main file, and more transactions in its log.
    static func make(transactions: Int = 8, padding: Int = 600) throws -> StoreFiles {
        let folder = try StoreFolder(in: "/dev/shm")
        let first = try folder.open()
        try first.insert((0..<30).map { StoreJobs.new("old-\($0)", padding: padding, token: "old-\($0)") })
        first.close()
        let store = try folder.open()
        var made = StoreFiles()
        made.closed = try store.jobs(matching: JobFilter(), page: JobPage(limit: 1_000))
        // The log is filled anew after a start; until then it grows with each transaction.
        for number in 0..<transactions {
            try store.insert((0..<(number % 3 + 1)).map { StoreJobs.new("new-\(number)-\($0)", padding: padding) })
            made.ends.append(try #require(StoreFolder.size(of: folder.file + "-wal")))
            made.contents.append(try store.jobs(matching: JobFilter(), page: JobPage(limit: 1_000)))
        }
        for name in Name.allCases { made.files[name] = try StoreFolder.bytes(of: folder.file + name.rawValue) }
        store.close()
        return made
    }

    /// What must be there.
    var all: [Job] { contents.last ?? [] }

    /// Writes them into a folder and opens the store there.
    func open(in folder: StoreFolder) throws -> SQLiteJobStore {
        try write(to: folder)
        return try folder.open()
    }

    func write(to folder: StoreFolder) throws {
        for name in Name.allCases {
            guard let bytes = files[name] else {
                unlink(folder.file + name.rawValue)
                continue
            }
            try StoreFolder.make(folder.file + name.rawValue, holding: bytes)
        }
    }

    /// The offset of a frame of the log, counted from 1.
    static func frame(_ number: Int) -> Int { 32 + (number - 1) * 4_120 }

    /// The number of the last frame of a transaction, counted from 0.
    func lastFrame(of transaction: Int) -> Int { (ends[transaction] - 32) / 4_120 }

    func without(_ name: Name) -> StoreFiles { changed { $0.files[name] = nil } }

    func flipped(_ bit: Int, at offset: Int, of name: Name) -> StoreFiles {
        changed { $0.files[name]?[offset] ^= 1 << UInt8(bit) }
    }

    func zeroed(_ range: Range<Int>, of name: Name) -> StoreFiles {
        changed { files in
            for offset in range { files.files[name]?[offset] = 0 }
        }
    }

    func cut(to size: Int, _ name: Name) -> StoreFiles {
        changed { files in files.files[name] = files.files[name].map { Array($0[..<size]) } }
    }

    /// Two pieces of one length change their places.
    func swapped(_ one: Int, _ other: Int, length: Int, of name: Name) -> StoreFiles {
        changed { files in
            for index in 0..<length { files.files[name]?.swapAt(one + index, other + index) }
        }
    }

    func changed(_ change: (inout StoreFiles) -> Void) -> StoreFiles {
        var copy = self
        change(&copy)
        return copy
    }
}
