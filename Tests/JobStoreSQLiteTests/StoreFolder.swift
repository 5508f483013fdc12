import Glibc
import JobStoreSQLite
import Testing

/// A folder of its own for one store, removed with all it holds when the test lets go of it.
final class StoreFolder: Sendable {
    let path: String

    /// - Parameter parent: `/dev/shm` for what needs no disk, and many of it.
    init(in parent: String = "/tmp") throws {
        path = "\(parent)/jobd-store-\(getpid())-\(String(UInt64.random(in: .min ... .max), radix: 36))"
        try #require(mkdir(path, 0o700) == 0)
    }

    deinit {
        for name in ["store", "store-new", "copy", "copy-new", "copy.part"] {
            for ending in ["", "-wal", "-shm", "-journal"] { unlink("\(path)/\(name)\(ending)") }
        }
        rmdir(path)
    }

    /// The main file of the store.
    var file: String { "\(path)/store" }

    /// Where a copy of the store can be.
    var copy: String { "\(path)/copy" }

    func open() throws -> SQLiteJobStore { try SQLiteJobStore(path: file) }

    /// The size of a file in bytes; `nil` where there is none.
    static func size(of path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : nil
    }

    /// The permission bits of a file.
    static func mode(of path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o7777 : nil
    }

    /// All that a file holds.
    static func bytes(of path: String) throws -> [UInt8] {
        let file = Glibc.open(path, O_RDONLY)
        try #require(file >= 0)
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: size(of: path) ?? 0)
        try #require(read(file, &bytes, bytes.count) == bytes.count)
        return bytes
    }

    /// Makes a file hold these bytes and no others.
    static func make(_ path: String, holding bytes: [UInt8]) throws {
        let file = Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        try #require(file >= 0)
        defer { close(file) }
        try #require(write(file, bytes, bytes.count) == bytes.count)
    }

    static func copy(_ source: String, to target: String) {
        let from = Glibc.open(source, O_RDONLY)
        let to = Glibc.open(target, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(from, &buffer, buffer.count)
            guard count > 0, write(to, buffer, count) == count else { break }
        }
        close(from)
        close(to)
    }
}
