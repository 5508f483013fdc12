import JobStore

/// What the shared memory of SQLite's connections says of the log (sqlite.org/walformat.html, "The WAL-Index Header").
///
/// After a kill -9 it is as it was then; after a power cut it may be older, or not there. It is written after the sync
/// of a commit, so that whatever it names had been on disk: also a power cut cannot take that away.
struct SQLiteLogIndex {
    private static let headerSize = 48

    /// Of the filling of the log that it speaks of.
    let salts: ArraySlice<UInt8>
    /// So many frames were committed and synced.
    let frames: Int

    /// `nil` where there is none, or none that is whole.
    init?(_ file: SQLiteDiskFile) throws(JobStoreError) {
        // SQLite keeps two copies, because it writes them while others read.
        for copy in 0..<2 {
            let bytes = try file.bytes(Self.headerSize, at: copy * Self.headerSize)
            guard bytes.count == Self.headerSize, Self.number(bytes, at: 0) == 3_007_000, bytes[12] == 1,
                SQLiteLogSums().over(bytes[..<40]) == SQLiteLogSums(native: bytes, at: 40)
            else { continue }
            salts = bytes[32..<40]
            frames = Int(Self.number(bytes, at: 16))
            return
        }
        return nil
    }

    /// In the order of bytes of this machine, as the layer below has it, too.
    fileprivate static func number(_ bytes: [UInt8], at offset: Int) -> UInt32 {
        BigEndian.number(bytes, at: offset).byteSwapped
    }
}

extension SQLiteLogSums {
    fileprivate init(native bytes: [UInt8], at offset: Int) {
        self.init(
            first: SQLiteLogIndex.number(bytes, at: offset), second: SQLiteLogIndex.number(bytes, at: offset + 4))
    }
}
