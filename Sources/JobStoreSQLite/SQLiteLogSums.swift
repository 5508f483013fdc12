import CSQLiteChecksum

/// The cumulative sums of SQLite's log (sqlite.org/fileformat2.html, "Checksum Algorithm").
struct SQLiteLogSums: Equatable {
    private(set) var first: UInt32
    private(set) var second: UInt32

    init(first: UInt32 = 0, second: UInt32 = 0) {
        self.first = first
        self.second = second
    }

    /// As the log stores them.
    init(_ bytes: [UInt8], at offset: Int) {
        first = BigEndian.number(bytes, at: offset)
        second = BigEndian.number(bytes, at: offset + 4)
    }

    /// Continued over a multiple of 8 bytes.
    func over(_ bytes: ArraySlice<UInt8>) -> SQLiteLogSums {
        var sums = self
        unsafe bytes.withUnsafeBytes { buffer in
            guard let start = buffer.baseAddress else { return }
            unsafe csqlitechecksum_log(start, buffer.count, &sums.first, &sums.second)
        }
        return sums
    }
}
