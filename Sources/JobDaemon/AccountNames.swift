import Glibc
import Kernel
import Threading

/// Names of users, remembered: asking the name service for each job of a list would be slow.
///
/// What is remembered is good for a while, and only as long as `/etc/passwd` is the same, which is looked at a few times
/// a second: a number can be given to another user.
final class AccountNames: Sendable {
    private struct Entry {
        /// `nil` for a number that stands for no user.
        let name: String?
        let goodUntil: BootTime
    }

    private struct Known {
        var entries: [UInt32: Entry] = [:]
        var file: FileStamp?
        /// Until then the file is taken to be the same.
        var lookAgain = BootTime(nanoseconds: 0)
    }

    private let known = Monitor(Known())

    private static let patience = Duration.seconds(60)
    /// Looking at the file costs as much as reading a request: not for each of thousands.
    private static let betweenLooks = Duration.milliseconds(50)
    private static let file = "/etc/passwd"

    /// A user's name, or the number where there is none.
    ///
    /// May block on the name service.
    func name(of user: UInt32) -> String { accountName(of: user) ?? "\(user)" }

    /// A user's name; `nil` where there is none.
    ///
    /// May block on the name service.
    func accountName(of user: UInt32) -> String? {
        if let entry = remembered(user) { return entry.name }
        let stamp = FileStamp(of: Self.file)
        // A name service that fails is asked again later, like one that has no name.
        let name = (try? Account.of(user: user))?.name
        known.withLock { known in
            if known.file != stamp { known = Known(file: stamp) }
            known.entries[user] = Entry(name: name, goodUntil: .now + Self.patience)
        }
        return name
    }

    /// A user's name where it is known already, else the number: for threads that must not wait for the name service.
    func knownName(of user: UInt32) -> String { remembered(user)?.name ?? "\(user)" }

    /// Whether ``accountName(of:)`` would answer at once.
    func isKnown(_ user: UInt32) -> Bool { remembered(user) != nil }

    /// Has a name looked up on another thread, so that it is known when it is needed.
    func learn(_ user: UInt32, on pool: ThreadPoolExecutor) throws {
        guard remembered(user) == nil else { return }
        try pool.submit { _ = self.name(of: user) }
    }

    /// The number of a user given by name or by number; `nil` where there is no such user.
    func number(of user: String) throws(SystemError) -> UInt32? {
        if let number = UInt32(user) { return number }
        return try Account.named(user)?.user
    }

    private func remembered(_ user: UInt32) -> Entry? {
        known.withLock { known in
            let now = BootTime.now
            if known.lookAgain <= now {
                guard known.file == FileStamp(of: Self.file) else { return nil }
                known.lookAgain = now + Self.betweenLooks
            }
            guard let entry = known.entries[user], entry.goodUntil > now else { return nil }
            return entry
        }
    }
}

/// What changes with the content of a file, as far as the file system tells.
private struct FileStamp: Equatable {
    private let inode: UInt
    private let seconds: Int
    private let nanoseconds: Int

    /// `nil` where the file cannot be seen.
    init?(of path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        inode = status.st_ino
        seconds = status.st_mtim.tv_sec
        nanoseconds = status.st_mtim.tv_nsec
    }
}
