import Glibc

/// The running processes, as `/proc` shows them.
package enum ProcessTable {
    /// One process.
    package struct Entry: Sendable {
        package let id: Int32
        package let parent: Int32
        package let session: Int32
        package let isZombie: Bool
        /// Whether a signal or a tracer keeps it from going on.
        package let isStopped: Bool
    }

    /// All processes at this moment; those that vanish while we look are left out.
    package static func entries() throws(SystemError) -> [Entry] {
        var entries: [Entry] = []
        for name in try Directory.names(in: "/proc") {
            guard let id = Int32(name), let content = try read("/proc/\(name)/stat") else { continue }
            // The name in parentheses may hold anything, parentheses and spaces too: read on after the last one.
            let text = String(decoding: content, as: UTF8.self)
            guard let close = text.lastIndex(of: ")") else { continue }
            let fields = text[text.index(after: close)...].split(separator: " ")
            guard fields.count > 17, let parent = Int32(fields[1]), let session = Int32(fields[3]) else { continue }
            // The first thread may be a zombie while others run: then the process lives (proc_pid_stat(5), num_threads).
            let isZombie = fields[0] == "Z" && (Int(fields[17]) ?? 1) <= 1
            let isStopped = fields[0] == "T" || fields[0] == "t"
            entries.append(
                Entry(id: id, parent: parent, session: session, isZombie: isZombie, isStopped: isStopped))
        }
        return entries
    }

    /// The environment that a process was started with; empty when it may not be seen or is gone.
    package static func environment(of process: Int32) throws(SystemError) -> [String] {
        let content = try read("/proc/\(process)/environ") ?? []
        return content.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The children that a thread of this process has started, or was given as orphans.
    ///
    /// Reliable as long as none of those that are not last is reaped meanwhile (proc_pid_task(5), `children`).
    ///
    /// - Returns: `nil` where the kernel does not tell (`CONFIG_PROC_CHILDREN`), or there is no such thread.
    package static func children(ofOwnThread thread: Int32) -> [Int32]? {
        guard let content = try? FileContent.read("/proc/self/task/\(thread)/children") else { return nil }
        return content.split(separator: UInt8(ascii: " ")).compactMap { Int32(String(decoding: $0, as: UTF8.self)) }
    }

    /// Whether a child has ended and waits to be reaped.
    package static func hasEnded(child: Int32) -> Bool {
        var information = unsafe siginfo_t()
        let result = unsafe waitid(P_PID, id_t(child), &information, WEXITED | WNOHANG | WNOWAIT)
        return unsafe result == 0 && information.si_signo != 0
    }

    /// `nil` for a process that is gone or not ours to see; any other failure is one to look at all.
    private static func read(_ path: String) throws(SystemError) -> [UInt8]? {
        do {
            return try FileContent.read(path, limit: 16 << 20)
        } catch {
            if [ENOENT, ESRCH, EACCES, EPERM].contains(error.code) { return nil }
            throw error
        }
    }
}
