import Glibc

/// The length of files by their paths.
package enum FileLength {
    /// Of the file at a path; a link at its end is not followed.
    package static func of(_ path: String) throws(SystemError) -> Int {
        var status = stat()
        try systemCall("lstat \(path)") { unsafe lstat(path, &status) }
        return Int(status.st_size)
    }
}
