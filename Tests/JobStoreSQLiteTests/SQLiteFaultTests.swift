import CSQLite
import Glibc
import Testing

@testable import JobStoreSQLite

/// What an error of SQLite's says of the store.
struct SQLiteFaultTests {
    /// The codes of which C's macros do not come through: `SQLITE_IOERR_WRITE` and so on.
    private static func inputOutput(_ number: Int32) -> Int32 { SQLITE_IOERR | (number << 8) }

    @Test("a write for which there is no room, or no quota, is a full disk")
    func full() {
        #expect(SQLiteFault(code: SQLITE_FULL, systemError: 0) == .full)
        for error in [ENOSPC, EDQUOT] {
            #expect(SQLiteFault(code: Self.inputOutput(3), systemError: error) == .full)
        }
    }

    @Test("of a sync, of the log's index and of a file's end nobody knows what was stored, whatever the reason")
    func inputOutput() {
        for error in [EIO, ENOSPC, EDQUOT] {
            for call: Int32 in [4, 6, 19, 21] {
                #expect(SQLiteFault(code: Self.inputOutput(call), systemError: error) == .inputOutput)
            }
        }
        #expect(SQLiteFault(code: Self.inputOutput(3), systemError: EIO) == .inputOutput)
        #expect(SQLiteFault(code: SQLITE_CANTOPEN, systemError: EIO) == .inputOutput)
        #expect(SQLiteFault(code: SQLITE_READONLY, systemError: EROFS) == .inputOutput)
    }

    @Test("a page that the system could not read is no damaged one, whatever SQLite calls it")
    func unreadable() {
        #expect(SQLiteFault(code: SQLITE_CORRUPT, systemError: EIO) == .inputOutput)
        #expect(SQLiteFault.call(of: SQLITE_CORRUPT) == ("read", nil))
    }

    @Test("what says nothing of the disk is a refusal")
    func refused() {
        #expect(SQLiteFault(code: Self.inputOutput(12), systemError: 0) == .refused)
        #expect(SQLiteFault(code: SQLITE_CANTOPEN, systemError: EMFILE) == .refused)
        for code in [SQLITE_BUSY, SQLITE_CONSTRAINT, SQLITE_ERROR] {
            #expect(SQLiteFault(code: code, systemError: 0) == .refused)
        }
    }
}
