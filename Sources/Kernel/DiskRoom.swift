import Glibc

extension Descriptor {
    /// Bytes that are free for ordinary users on the file system of an open file or folder; about a microsecond.
    package func freeBytes() throws(SystemError) -> Int64 {
        var room = statvfs()
        try systemCall("fstatvfs") { unsafe fstatvfs(rawValue, &room) }
        let (bytes, overflow) = UInt64(room.f_bavail).multipliedReportingOverflow(by: UInt64(room.f_frsize))
        return overflow ? .max : Int64(clamping: bytes)
    }

    /// Files that can still be made on the file system of an open file or folder; `nil` where it has no such bound.
    package func freeFiles() throws(SystemError) -> Int64? {
        var room = statvfs()
        try systemCall("fstatvfs") { unsafe fstatvfs(rawValue, &room) }
        return room.f_files == 0 ? nil : Int64(clamping: room.f_favail)
    }

    /// The length of an open file.
    package func length() throws(SystemError) -> Int64 {
        var status = stat()
        try systemCall("fstat") { unsafe fstat(rawValue, &status) }
        return Int64(status.st_size)
    }

    /// Takes room on the disk for a file of that length, without writing it.
    package func allocate(_ length: Int64) throws(SystemError) {
        // It returns its error.
        let code = posix_fallocate(rawValue, 0, Int(length))
        guard code == 0 else { throw SystemError(call: "posix_fallocate", code: code) }
    }

    /// Brings an open file or folder to the disk; of a folder the names in it.
    package func sync() throws(SystemError) {
        try systemCall("fsync") { fsync(rawValue) }
    }

    /// Cuts a file to that length.
    package func truncate(to length: Int64) throws(SystemError) {
        try systemCall("ftruncate") { ftruncate(rawValue, Int(length)) }
    }
}
