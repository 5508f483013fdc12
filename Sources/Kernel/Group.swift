import Glibc

/// A group of this machine, as the name service knows it now.
package enum Group {
    /// The number of a group; `nil` where there is none of that name.
    package static func number(of name: String) throws(SystemError) -> UInt32? {
        var size = 1024
        while true {
            var entry = unsafe group()
            var found: UnsafeMutablePointer<group>? = nil
            var buffer = [CChar](repeating: 0, count: size)
            let code = unsafe getgrnam_r(name, &entry, &buffer, size, &found)
            if code == ERANGE, size < 1 << 24 {
                size *= 2
                continue
            }
            // POSIX leaves it open how "no such entry" is said; these are the ways that are met.
            guard [0, ENOENT, ESRCH, EBADF, EPERM].contains(code) else {
                throw SystemError(call: "getgrnam_r \(name)", code: code)
            }
            return unsafe found == nil ? nil : entry.gr_gid
        }
    }
}
