import Glibc

/// How many files this process may have open (RLIMIT_NOFILE).
package enum OpenFileLimit {
    /// Raises the soft limit to the hard one.
    ///
    /// - Returns: the soft limit before, which is what programs that use select(2) rely on: give it to children.
    package static func raise() throws(SystemError) -> UInt64 {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        try systemCall("getrlimit") { unsafe getrlimit(resource, &limit) }
        let before = limit.rlim_cur
        limit.rlim_cur = limit.rlim_max
        try systemCall("setrlimit") { unsafe setrlimit(resource, &limit) }
        return UInt64(before)
    }
}
