import CSQLite
import Glibc
import JobStore

/// What an error of SQLite's says of the store (sqlite.org/rescode.html).
enum SQLiteFault: Hashable {
    /// There was no room for what was to be written.
    case full
    /// A call to the system failed: what is on disk is not known any more.
    case inputOutput
    /// Anything else: nothing was done.
    case refused

    /// - Parameters:
    ///   - code: the extended result code.
    ///   - systemError: the error number of the call that failed; 0 where none did.
    init(code: Int32, systemError: Int32) {
        switch (code & 0xFF, systemError) {
        case (SQLITE_FULL, _): self = .full
        // A quota is another way to be full; SQLite knows only the one.
        case (SQLITE_IOERR, ENOSPC) where code == Self.write: self = .full
        case (SQLITE_IOERR, EDQUOT) where code == Self.write: self = .full
        case (SQLITE_IOERR, _) where code == Self.memory: self = .refused
        // The process has too many files open: that says nothing of this one.
        case (SQLITE_CANTOPEN, EMFILE), (SQLITE_CANTOPEN, ENFILE), (SQLITE_CANTOPEN, ENOMEM): self = .refused
        case (SQLITE_CORRUPT, _), (SQLITE_IOERR, _), (SQLITE_CANTOPEN, _), (SQLITE_READONLY, _): self = .inputOutput
        default: self = .refused
        }
    }

    /// The call that a code stands for, as in the manual, and the ending of the file that it was about where the code
    /// says that: `("ftruncate", nil)`, `("mmap", "-shm")`.
    static func call(of code: Int32) -> (name: String, ending: String?) {
        if code & 0xFF == SQLITE_CORRUPT { return ("read", nil) }
        guard code & 0xFF == SQLITE_IOERR else { return ("open", nil) }
        return switch code >> 8 {
        case 1, 2: ("read", nil)
        case 3: ("write", nil)
        case 4: ("fsync", nil)
        case 5: ("fsync of the folder", nil)
        case 6: ("ftruncate", nil)
        case 7: ("fstat", nil)
        case 10: ("unlink", nil)
        case 18: ("open", "-shm")
        case 19: ("write", "-shm")
        case 20: ("lock", "-shm")
        case 21: ("mmap", "-shm")
        default: ("a call", nil)
        }
    }

    /// The name of an error number, as manuals have it; Glibc's own table does not come through to Swift.
    static func word(for number: Int32) -> String {
        switch number {
        case EIO: "EIO"
        case ENOSPC: "ENOSPC"
        case EDQUOT: "EDQUOT"
        case EROFS: "EROFS"
        case EFBIG: "EFBIG"
        case EACCES: "EACCES"
        case EPERM: "EPERM"
        case ENOENT: "ENOENT"
        case ENODEV: "ENODEV"
        case ENXIO: "ENXIO"
        case ESTALE: "ESTALE"
        case ENOMEM: "ENOMEM"
        case EBADF: "EBADF"
        default: "error \(number)"
        }
    }

    /// Codes of which C's macros do not come through to Swift.
    fileprivate static let read = SQLITE_IOERR | (1 << 8)
    private static let write = SQLITE_IOERR | (3 << 8)
    private static let memory = SQLITE_IOERR | (12 << 8)
}

extension SQLiteConnection {
    /// The error number of the call that failed, and the file that it was about: `("/var/lib/jobd/jobd.db-wal", EIO)`.
    ///
    /// SQLite keeps the last number with each of its open files.
    func lastSystemError(for code: Int32) -> (path: String, number: Int32) {
        if let ending = SQLiteFault.call(of: code).ending {
            return (path + ending, unsafe sqlite3_system_errno(handle))
        }
        for (file, ending) in [(SQLITE_FCNTL_JOURNAL_POINTER, "-wal"), (SQLITE_FCNTL_FILE_POINTER, "")] {
            let number = lastError(of: file)
            if number != 0 { return (path + ending, number) }
        }
        return (path, unsafe sqlite3_system_errno(handle))
    }

    /// Whether what SQLite calls a corrupt file is one that the system could not read (os_unix.c, `unixRead`): another
    /// try may be able to.
    func couldNotRead(_ code: Int32) -> Bool {
        code & 0xFF == SQLITE_CORRUPT && [EIO, ENXIO, ERANGE].contains(lastSystemError(for: SQLiteFault.read).number)
    }

    private func lastError(of file: Int32) -> Int32 {
        var number: Int32 = 0
        unsafe withFile(file) { file, methods in
            _ = unsafe methods.xFileControl?(file, SQLITE_FCNTL_LAST_ERRNO, &number)
        }
        return number
    }

    /// Makes room for the log's index ahead, for a log of about 4,000 pages a part.
    ///
    /// It grows while a commit ends: after what makes the commit whole is on disk. Where there is no room then, the
    /// commit's fate is unknown, although the log has it.
    func makeRoomForIndex(parts: Int32) throws(JobStoreError) {
        var code = SQLITE_OK
        var number: Int32 = 0
        unsafe withFile(SQLITE_FCNTL_FILE_POINTER) { file, methods in
            for part in 0..<parts where code == SQLITE_OK {
                var memory: UnsafeMutableRawPointer?
                code = unsafe methods.xShmMap?(file, part, 32_768, 1, &memory) ?? SQLITE_OK
                number = errno
            }
        }
        guard code == SQLITE_OK else { throw error(code, number, doing: "make room for the index of the log") }
    }

    private func withFile(
        _ operation: Int32, _ body: (UnsafeMutablePointer<sqlite3_file>, sqlite3_io_methods) -> Void
    ) {
        var file: UnsafeMutablePointer<sqlite3_file>?
        guard unsafe sqlite3_file_control(handle, "main", operation, &file) == SQLITE_OK, let file = unsafe file,
            let methods = unsafe file.pointee.pMethods
        else { return }
        unsafe body(file, methods.pointee)
    }
}
