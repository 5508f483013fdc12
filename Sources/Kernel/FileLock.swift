import Glibc

/// An exclusive lock on a file, held as long as this value lives; the kernel drops it when the process dies.
package struct FileLock: ~Copyable, Sendable {
    private let descriptor: Descriptor

    /// Takes the lock without waiting and notes this process in the file, for people.
    ///
    /// - Throws: `EWOULDBLOCK` when another process holds it.
    package init(path: String) throws(SystemError) {
        let file = try Descriptor.open(path, O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o600)
        try systemCall("flock \(path)") { flock(file.rawValue, LOCK_EX | LOCK_NB) }
        try systemCall("ftruncate \(path)") { ftruncate(file.rawValue, 0) }
        try file.write(all: Array("\(getpid())\n".utf8))
        descriptor = file
    }

    /// Goes on with a lock that this process took before it became another program.
    package init(owning number: Int32) {
        descriptor = Descriptor(owning: number)
    }

    /// Gives the lock to the program that this process becomes.
    package var rawValue: Int32 { descriptor.rawValue }

    /// The process noted in a lock file, to name it in a message; `nil` when nothing can be read.
    package static func holder(path: String) -> Int32? {
        guard let text = try? FileContent.read(path) else { return nil }
        return Int32(String(decoding: text.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }
}
