import Glibc

/// A control group of the unified hierarchy (cgroup v2).
package struct Cgroup: Sendable, Hashable {
    /// The directory in the file system.
    package let path: String

    package init(path: String) {
        self.path = path
    }

    /// The group that this process is in; `nil` where the unified hierarchy is not mounted.
    package static func own() throws(SystemError) -> Cgroup? {
        guard let root = try mountPoint() else { return nil }
        let lines = String(decoding: try FileContent.read("/proc/self/cgroup"), as: UTF8.self)
        guard let line = lines.split(separator: "\n").first(where: { $0.hasPrefix("0::") }) else { return nil }
        let below = line.dropFirst(3)
        return Cgroup(path: below == "/" ? root : root + below)
    }

    /// Where the unified hierarchy is mounted.
    package static func mountPoint() throws(SystemError) -> String? {
        let mounts = String(decoding: try FileContent.read("/proc/self/mountinfo", limit: 16 << 20), as: UTF8.self)
        for mount in mounts.split(separator: "\n") {
            let fields = mount.split(separator: " ")
            guard let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count, fields[dash + 1] == "cgroup2" else {
                continue
            }
            return String(fields[4])
        }
        return nil
    }

    /// The group of that name below this one.
    package func child(_ name: String) -> Cgroup { Cgroup(path: "\(path)/\(name)") }

    package var name: String { String(path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...]) }

    package var parent: Cgroup { Cgroup(path: String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])) }

    /// The groups directly below.
    package func children() throws(SystemError) -> [Cgroup] {
        try Directory.names(in: path).filter { name in
            var status = stat()
            return unsafe lstat("\(path)/\(name)", &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
        }.map(child)
    }

    /// Makes the group; one that exists already is fine.
    package func make() throws(SystemError) {
        if unsafe mkdir(path, 0o755) == 0 || errno == EEXIST { return }
        throw SystemError(call: "mkdir \(path)", code: errno)
    }

    /// Opens the directory, for a child to be born in.
    package func open() throws(SystemError) -> Descriptor {
        try Descriptor.open(path, O_RDONLY | O_DIRECTORY)
    }

    /// The processes in this group and those below it, at this moment.
    package func processes() throws(SystemError) -> [Int32] {
        var found = String(decoding: try FileContent.read("\(path)/cgroup.procs"), as: UTF8.self)
            .split(separator: "\n").compactMap { Int32($0) }
        for child in try children() { found += try child.processes() }
        return found
    }

    /// Kills every process in the group and below it at once; none can escape by forking (kernel 5.14).
    package func kill() throws(SystemError) {
        try FileContent.write("1", to: "\(path)/cgroup.kill")
    }

    /// Lets no process in the group or below it go on; they follow a moment later, and can still be killed (kernel 5.2).
    package func freeze() throws(SystemError) {
        try FileContent.write("1", to: "\(path)/cgroup.freeze")
    }

    /// Lets the processes go on.
    package func thaw() throws(SystemError) {
        try FileContent.write("0", to: "\(path)/cgroup.freeze")
    }

    /// How a group stands at a moment.
    package struct Condition: Hashable, Sendable {
        /// Whether a living process is in the group or below it.
        package let isPopulated: Bool
        /// Whether every process in the group and below it stands still.
        package let isFrozen: Bool
    }

    /// How the group stands now.
    package func condition() throws(SystemError) -> Condition {
        let events = String(decoding: try FileContent.read("\(path)/cgroup.events"), as: UTF8.self)
            .split(separator: "\n")
        return Condition(isPopulated: !events.contains("populated 0"), isFrozen: events.contains("frozen 1"))
    }

    /// Whether every process in the group and below it stands still.
    package func isFrozen() throws(SystemError) -> Bool { try condition().isFrozen }

    /// Whether a living process is in the group or below it.
    package func isPopulated() throws(SystemError) -> Bool { try condition().isPopulated }

    /// Whether there are groups below this one.
    ///
    /// Quicker than ``children()``: each has a link to its parent, beside the two that a directory has anyway.
    package func hasChildren() throws(SystemError) -> Bool {
        var status = stat()
        try systemCall("stat \(path)") { unsafe stat(path, &status) }
        return status.st_nlink != 2
    }

    /// Sleeps until no living process is in the group or below it.
    ///
    /// - Returns: false when the deadline passed first.
    package func waitUntilEmpty(until deadline: BootTime) throws(SystemError) -> Bool {
        let events = try Descriptor.open("\(path)/cgroup.events", O_RDONLY)
        var poller = Poller()
        poller.add(events.rawValue, for: .exceptional)
        // The kernel announces changes since the last read, so: read, then sleep.
        var buffer = [UInt8](repeating: 0, count: 256)
        while true {
            try systemCall("lseek cgroup.events") { lseek(events.rawValue, 0, SEEK_SET) }
            let count = try events.read(into: &buffer) ?? 0
            if String(decoding: buffer[..<count], as: UTF8.self).contains("populated 0") { return true }
            if try !poller.wait(until: deadline) { return try !isPopulated() }
        }
    }

    /// Removes the group and those below it; they must hold no process.
    ///
    /// One that is gone already is fine.
    package func remove() throws(SystemError) {
        if unsafe rmdir(path) == 0 || errno == ENOENT { return }
        guard errno == EBUSY || errno == ENOTEMPTY else { throw SystemError(call: "rmdir \(path)", code: errno) }
        for child in try children() { try child.remove() }
        if unsafe rmdir(path) == 0 || errno == ENOENT { return }
        throw SystemError(call: "rmdir \(path)", code: errno)
    }

    /// All groups of that name in the whole hierarchy.
    package static func all(named name: String) throws(SystemError) -> [Cgroup] {
        guard let root = try mountPoint() else { return [] }
        var found: [Cgroup] = []
        var left = [Cgroup(path: root)]
        while let next = left.popLast() {
            if next.name == name { found.append(next) }
            // One that vanishes while we look has nothing for us.
            left += (try? next.children()) ?? []
        }
        return found
    }
}
