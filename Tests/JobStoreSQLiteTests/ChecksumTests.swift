import CSQLiteChecksum
import Testing

/// The checksums of pages and of the log.
struct ChecksumTests {
    @Test("XXH64 gives what others give")
    func vectors() {
        // From the reference implementation: of nothing, and of "abcdefgh".
        let bytes = Array("abcdefgh".utf8)
        let sums = [csqlitechecksum_xxh64(bytes, 0, 0), csqlitechecksum_xxh64(bytes, 8, 0)]
        #expect(sums == [0xEF46_DB37_51D8_E999, 0x3AD3_5177_5B46_34B7])
    }

    @Test("any flipped bit, another number and another salt do not fit")
    func fits() throws {
        var page = (0..<4_096).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let salt = csqlitechecksum_salt(page)
        let sum = csqlitechecksum_xxh64(page, 4_080, salt ^ 7)
        withUnsafeBytes(of: sum) { page.replaceSubrange(4_088..<4_096, with: $0) }
        #expect(csqlitechecksum_is_whole(page, 7, salt) == 1)
        #expect(csqlitechecksum_is_whole(page, 8, salt) == 0)
        #expect(csqlitechecksum_is_whole(page, 7, salt ^ 1) == 0)
        var missed = 0
        for bit in 0..<(4_096 * 8) {
            page[bit / 8] ^= 1 << UInt8(bit % 8)
            missed += Int(csqlitechecksum_is_whole(page, 7, salt))
            page[bit / 8] ^= 1 << UInt8(bit % 8)
        }
        #expect(missed == 0)
    }
}
