import Glibc

/// This process, as the kernel counts it (proc(5)).
package enum OwnProcess {
    /// What it takes up now.
    package struct Usage: Sendable, Hashable {
        /// Bytes that are resident.
        package let memory: Int
        package let threads: Int
        package let openFiles: Int
        /// How many files it may have open.
        package let openFileLimit: Int
        /// The time of processors that all its threads have used.
        package let processorTime: Duration
    }

    package static func usage() throws(SystemError) -> Usage {
        var limit = rlimit()
        try systemCall("getrlimit") { unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) }
        var time = timespec()
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        let pages = String(decoding: try FileContent.read("/proc/self/statm"), as: UTF8.self).split(separator: " ")
        return Usage(
            memory: (pages.count > 1 ? Int(pages[1]) ?? 0 : 0) * Int(sysconf(Int32(_SC_PAGESIZE))),
            threads: try Directory.names(in: "/proc/self/task").count,
            // One of them is that by which the folder is read.
            openFiles: try Directory.names(in: "/proc/self/fd").count - 1,
            openFileLimit: Int(clamping: limit.rlim_cur),
            processorTime: .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec))
    }

    /// Its control group in the unified hierarchy, from the root of what it sees: `/system.slice/jobd.service`.
    package static func cgroup() throws(SystemError) -> String? {
        let text = String(decoding: try FileContent.read("/proc/self/cgroup"), as: UTF8.self)
        return text.split(separator: "\n").first { $0.hasPrefix("0::/") }.map { String($0.dropFirst(3)) }
    }

    /// Whether nothing that it starts can gain privileges.
    package static func hasNoNewPrivileges() throws(SystemError) -> Bool {
        let status = String(decoding: try FileContent.read("/proc/self/status"), as: UTF8.self)
        return status.split(separator: "\n").contains("NoNewPrivs:\t1")
    }
}
