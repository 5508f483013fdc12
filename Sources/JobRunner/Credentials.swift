import Glibc
import Jobs
import Kernel

/// Lays out the secrets of attempts in files that only the job's user can read, as systemd does with credentials
/// (systemd.exec(5), `CREDENTIALS_DIRECTORY`).
package struct Credentials: Sendable {
    private let opener: any SecretOpener
    private let folder: String

    /// - Parameters:
    ///   - opener: who can open what was sealed.
    ///   - folder: where the attempts' folders are made; best in memory (`/run`), since secrets must not reach a disk.
    package init(opener: any SecretOpener, folder: String) {
        self.opener = opener
        self.folder = folder
    }

    /// Where an attempt finds its secrets.
    func path(of attempt: AttemptID) -> String { "\(folder)/\(attempt)" }

    /// Makes the folder of an attempt, with a file for each secret.
    ///
    /// Where this throws, nothing is left.
    ///
    /// - Parameter owner: whose the files become; `nil` where the daemon runs jobs as itself.
    func layOut(
        _ secrets: [SecretName: [UInt8]], of attempt: AttemptID, for owner: Identity.Change?
    ) throws(SystemError) {
        try Directory.make(folder, mode: 0o711)
        let all = try openFolder()
        let name = "\(attempt)"
        // What an earlier daemon left of the same attempt.
        try all.removeTree(below: name)
        do {
            let own = try all.makeDirectory(below: name, mode: 0o700)
            for (secret, sealed) in secrets.sorted(by: { $0.key < $1.key }) {
                try write(try opener.open(sealed, of: secret), to: secret, in: own, for: owner)
            }
            try Self.give(own, to: owner, mode: 0o500)
        } catch {
            try? all.removeTree(below: name)
            throw error
        }
    }

    private func write(
        _ bytes: [UInt8], to name: SecretName, in folder: borrowing Descriptor, for owner: Identity.Change?
    ) throws(SystemError) {
        let file = try folder.open(below: name.description, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o400)
        try file.write(all: bytes)
        try Self.give(file, to: owner, mode: 0o400)
    }

    private static func give(
        _ file: borrowing Descriptor, to owner: Identity.Change?, mode: UInt32
    ) throws(SystemError) {
        // Whatever the daemon's umask is.
        try file.setMode(mode)
        if let owner { try file.setOwner(owner.user, group: owner.group) }
    }

    /// Removes the folder of an attempt.
    func remove(_ attempt: AttemptID) throws(SystemError) {
        try openFolder().removeTree(below: "\(attempt)")
    }

    /// Removes the folders of all attempts but some: those of an earlier daemon.
    ///
    /// Where no attempt ever had a secret there is no folder, and it makes none: the place may not be ours to write to.
    func sweep(sparing spared: [AttemptID] = []) throws(SystemError) {
        guard unsafe access(folder, F_OK) == 0 || errno != ENOENT else { return }
        let all = try openFolder()
        let kept = Set(spared.map { "\($0)" })
        for name in try all.names() where !kept.contains(name) { try all.removeTree(below: name) }
    }

    /// Others may pass through it, and not look around.
    ///
    /// - Throws: `EPERM` where somebody else could put something into it.
    private func openFolder() throws(SystemError) -> Descriptor {
        let all = try Descriptor.open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        var status = stat()
        try systemCall("fstat \(folder)") { unsafe fstat(all.rawValue, &status) }
        guard status.st_uid == geteuid(), status.st_mode & 0o022 == 0 else {
            throw SystemError(call: "open \(folder)", code: EPERM)
        }
        // Whatever the umask made of it.
        try systemCall("fchmod \(folder)") { fchmod(all.rawValue, 0o711) }
        return all
    }
}
