/// The beginning of SQLite's log (sqlite.org/fileformat2.html, "WAL Header").
struct SQLiteLogHeader {
    static let size = 32

    private let bytes: [UInt8]

    /// `nil` where there is none that SQLite would take for one, of pages of our size, written on a machine like this.
    init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.size, BigEndian.number(bytes, at: 0) == 0x377F_0682,
            BigEndian.number(bytes, at: 4) == 3_007_000, BigEndian.number(bytes, at: 8) == SQLitePage.size,
            SQLiteLogSums().over(bytes[..<24]) == SQLiteLogSums(bytes, at: 24)
        else { return nil }
        self.bytes = bytes
    }

    /// Those of all frames that were written since the log was begun anew.
    var salts: ArraySlice<UInt8> { bytes[16..<24] }

    /// What the sums of the frames begin with.
    var sums: SQLiteLogSums { SQLiteLogSums(bytes, at: 24) }
}
