import Glibc

/// What is below an open directory, reached through its descriptor only: no link that somebody puts there leads away.
extension Descriptor {
    /// The names in this directory, sorted, without `.` and `..`.
    package func names() throws(SystemError) -> [String] {
        let copy = try open(below: ".", O_RDONLY | O_DIRECTORY)
        return try Directory.names(from: copy)
    }

    /// Makes a directory in this one and opens it; it must not exist.
    package func makeDirectory(below name: String, mode: UInt32) throws(SystemError) -> Descriptor {
        try systemCall("mkdirat \(name)") { unsafe mkdirat(rawValue, name, mode) }
        return try openDirectory(below: name)
    }

    /// Opens a directory in this one; a link is refused with `ENOTDIR`.
    package func openDirectory(below name: String) throws(SystemError) -> Descriptor {
        try open(below: name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    }

    package func setMode(_ mode: UInt32) throws(SystemError) {
        try systemCall("fchmod") { fchmod(rawValue, mode) }
    }

    package func setOwner(_ user: UInt32, group: UInt32) throws(SystemError) {
        try systemCall("fchown") { fchown(rawValue, user, group) }
    }

    /// Removes a file or a directory with all it holds; one that is gone already is fine.
    ///
    /// It takes each directory away from its owner first, so that nobody puts anything into it meanwhile.
    ///
    /// - Parameter depth: how many levels are removed at most.
    /// - Throws: `ELOOP` where there are more.
    package func removeTree(below name: String, depth: Int = 64) throws(SystemError) {
        if unsafe unlinkat(rawValue, name, 0) == 0 || errno == ENOENT { return }
        guard errno == EISDIR || errno == EPERM else { throw SystemError(call: "unlinkat \(name)", code: errno) }
        guard depth > 0 else { throw SystemError(call: "unlinkat \(name)", code: ELOOP) }
        // Only an owner who is not root meets one that it may not open; whatever the name is by now is its own as well.
        if geteuid() != 0 { _ = unsafe fchmodat(rawValue, name, 0o700, 0) }
        let directory = try openDirectory(below: name)
        if geteuid() == 0 { try directory.setOwner(0, group: 0) }
        try directory.setMode(0o700)
        for inner in try directory.names() { try directory.removeTree(below: inner, depth: depth - 1) }
        if unsafe unlinkat(rawValue, name, AT_REMOVEDIR) == 0 || errno == ENOENT { return }
        throw SystemError(call: "unlinkat \(name)", code: errno)
    }
}
