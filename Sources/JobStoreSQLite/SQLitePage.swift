import CSQLiteChecksum

/// One page of the main file, from there or from the log (sqlite.org/fileformat2.html).
struct SQLitePage {
    static let size = Int(CSQLITECHECKSUM_PAGE_SIZE)
    static let reserved = Int(CSQLITECHECKSUM_RESERVED)

    /// As many as a page has.
    let bytes: [UInt8]

    /// `nil` where there are not as many bytes as a page has.
    init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.size else { return nil }
        self.bytes = Array(bytes)
    }

    /// What SQLite put there.
    var content: ArraySlice<UInt8> { bytes[..<(Self.size - Self.reserved)] }

    /// Of which store it is; 0 for one that was never in a main file.
    var salt: UInt64 { unsafe csqlitechecksum_salt(bytes) }

    /// Whether it is what was written there.
    func isWhole(number: UInt32, salt: UInt64) -> Bool {
        unsafe csqlitechecksum_is_whole(bytes, number, salt) != 0
    }

    // MARK: Of page 1

    /// Whether an SQLite file begins with it.
    var isFirst: Bool { bytes.starts(with: Array("SQLite format 3".utf8) + [0]) }

    /// How many bytes at the end of each page SQLite leaves alone.
    var reservedBytes: Int { Int(bytes[20]) }

    /// How many steps of the schema the file has taken: `user_version`.
    var schema: Int { Int(BigEndian.number(bytes, at: 60)) }

    /// Whether the checksum fits once the file says again that it has one.
    var isWholeButForItsReserve: Bool {
        var repaired = bytes
        repaired[20] = UInt8(Self.reserved)
        guard let page = SQLitePage(repaired) else { return false }
        return page.isWhole(number: 1, salt: page.salt)
    }
}

/// Numbers as SQLite stores them.
enum BigEndian {
    static func number(_ bytes: [UInt8], at offset: Int) -> UInt32 {
        bytes[offset..<(offset + 4)].reduce(0) { $0 << 8 | UInt32($1) }
    }
}
