/// One frame of SQLite's log: a page as a transaction left it (sqlite.org/fileformat2.html, "WAL Frames").
struct SQLiteLogFrame {
    static let headerSize = 24
    static let size = headerSize + SQLitePage.size

    /// Counts from 1.
    let number: Int
    private let bytes: [UInt8]

    init(_ bytes: [UInt8], number: Int) {
        self.bytes = bytes
        self.number = number
    }

    /// Where the frame of a number begins in the log.
    static func offset(of number: Int) -> Int { SQLiteLogHeader.size + (number - 1) * size }

    /// The number of its page.
    var pageNumber: UInt32 { BigEndian.number(bytes, at: 0) }

    /// In the last frame of a transaction: how many pages the database has then.
    ///
    /// In others 0.
    var databaseSize: UInt32 { BigEndian.number(bytes, at: 4) }

    /// Which filling of the log it belongs to.
    var salts: ArraySlice<UInt8> { bytes[8..<16] }

    /// Over all frames up to this one.
    var sums: SQLiteLogSums { SQLiteLogSums(bytes, at: 16) }

    var page: SQLitePage? { SQLitePage(bytes[Self.headerSize...]) }

    var isCommit: Bool { databaseSize != 0 }

    /// Whether its sums are those after the ones before it.
    ///
    /// The salts are not part of them.
    func fits(after sums: SQLiteLogSums) -> Bool {
        sums.over(bytes[..<8]).over(bytes[Self.headerSize...]) == self.sums
    }

    /// Whether it is a frame of this filling of the log, and the one after the frame with those sums.
    func isLinked(to sums: SQLiteLogSums, salts: ArraySlice<UInt8>) -> Bool {
        pageNumber != 0 && self.salts == salts && fits(after: sums)
    }

    /// Whether one flipped bit made the last frame of a transaction look like any other.
    func hasLostItsCommit(after sums: SQLiteLogSums) -> Bool {
        guard !isCommit else { return false }
        return (0..<32).contains { bit in
            var repaired = bytes
            repaired[4 + bit / 8] ^= 1 << UInt8(bit % 8)
            return SQLiteLogFrame(repaired, number: number).fits(after: sums)
        }
    }

    /// Whether its header lies in one sector of the disk, so that a power cut leaves all of it or nothing.
    var isHeaderInOneSector: Bool { Self.offset(of: number) % 512 <= 512 - Self.headerSize }
}
