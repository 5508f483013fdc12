/// What keeps the processes of a detached attempt together.
package enum DetachedTree: Hashable, Sendable {
    /// A control group, by its directory.
    ///
    /// - Parameters:
    ///   - before: what it had counted before the attempt.
    ///   - wasKilled: whether it was killed, so that it is not used again.
    case cgroup(path: String, before: TreeUsage, wasKilled: Bool)
    /// A session, by its first process.
    ///
    /// - Parameter frozen: the processes that were stopped, and are to be let go again.
    case session(leader: Int32, frozen: Set<Int32>)
    /// A transient unit, which the attempt names.
    ///
    /// - Parameters:
    ///   - startResult: how systemd's job of starting it ended.
    ///   - isKilled: whether it must end.
    case unit(startResult: String, isKilled: Bool)
}
