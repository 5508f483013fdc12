/// How willing the kernel is to end this process when memory is short (proc_pid_oom_score_adj(5)).
package enum OutOfMemoryScore {
    /// Whether it is what a process has that nobody has spoken for; children have the same.
    ///
    /// A few times quicker to look at here than to set in each child, whose folder in `/proc` must be made for that.
    package static var isStandard: Bool { (try? FileContent.read("/proc/self/oom_score_adj")) == Array("0\n".utf8) }
}
