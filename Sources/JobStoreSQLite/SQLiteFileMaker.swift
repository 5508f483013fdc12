import Glibc
import JobStore

/// Makes a database under a temporary name and gives it its name when it is whole and on disk: so that what bears the
/// name is never half a database.
struct SQLiteFileMaker {
    /// What the file will be called.
    let path: String
    private let temporary: String
    private static let endings = ["", "-journal", "-wal", "-shm"]

    /// - Parameter ending: what the temporary name has more.
    init(_ path: String, ending: String) {
        self.path = path
        temporary = path + ending
    }

    /// Makes the file in place of one that may be there.
    func make(_ fill: (_ temporary: String) throws(JobStoreError) -> Void) throws(JobStoreError) {
        // What an earlier attempt left.
        remove()
        try makeWhole(fill) { () throws(JobStoreError) in
            guard unsafe rename(temporary, path) == 0 else { throw SQLiteDiskFile.failure("rename \(temporary)") }
        }
    }

    /// Makes the file where there is none of its name.
    func makeNew(_ fill: (_ temporary: String) throws(JobStoreError) -> Void) throws(JobStoreError) {
        guard unsafe access(path, F_OK) != 0 else { throw .refused("\(path) exists: nothing is overwritten") }
        guard unsafe access(temporary, F_OK) != 0 else {
            throw .refused("\(temporary) is there, of an earlier attempt or one that still runs: remove it")
        }
        try makeWhole(fill) { () throws(JobStoreError) in
            guard unsafe link(temporary, path) == 0 else { throw SQLiteDiskFile.failure("make \(path)") }
            remove()
        }
    }

    private func makeWhole(
        _ fill: (String) throws(JobStoreError) -> Void, _ name: () throws(JobStoreError) -> Void
    ) throws(JobStoreError) {
        // Left alone SQLite would make one that everybody can read; it gives its other files the same mode.
        let descriptor = unsafe open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw SQLiteDiskFile.failure("make \(temporary)") }
        close(descriptor)
        do throws(JobStoreError) {
            try fill(temporary)
            guard let file = try SQLiteDiskFile(temporary) else { throw .refused("\(temporary) has gone") }
            try file.sync()
            try name()
        } catch {
            remove()
            throw error
        }
        try SQLiteDiskFile.syncFolder(of: path)
    }

    private func remove() {
        for ending in Self.endings { unsafe unlink(temporary + ending) }
    }
}
