import Glibc

/// A user of this machine, as the name service knows them now.
package struct Account: Sendable, Hashable {
    package let user: UInt32
    package let name: String
    package let home: String
    package let shell: String
    /// The primary group of the account.
    package let group: UInt32

    package init(user: UInt32, name: String, home: String, shell: String, group: UInt32) {
        self.user = user
        self.name = name
        self.home = home
        self.shell = shell
        self.group = group
    }

    /// Looks a user up by number.
    ///
    /// May ask the network (NSS): not for threads that must not block.
    ///
    /// - Returns: `nil` where there is no such user.
    package static func of(user: UInt32) throws(SystemError) -> Account? {
        try unsafe lookUp("getpwuid_r \(user)") { entry, buffer, size, found in
            unsafe getpwuid_r(user, entry, buffer, size, found)
        }
    }

    /// Looks a user up by name.
    ///
    /// May ask the network (NSS): not for threads that must not block.
    ///
    /// - Returns: `nil` where there is no such user.
    package static func named(_ name: String) throws(SystemError) -> Account? {
        try unsafe lookUp("getpwnam_r \(name)") { entry, buffer, size, found in
            unsafe getpwnam_r(name, entry, buffer, size, found)
        }
    }

    /// Calls one of libc's look-ups with ever more room until the entry fits.
    private static func lookUp(
        _ call: String,
        _ body: (
            UnsafeMutablePointer<passwd>, UnsafeMutablePointer<CChar>, Int,
            UnsafeMutablePointer<UnsafeMutablePointer<passwd>?>
        ) -> Int32
    ) throws(SystemError) -> Account? {
        var size = 1024
        while true {
            var entry = unsafe passwd()
            var found: UnsafeMutablePointer<passwd>? = nil
            var buffer = [CChar](repeating: 0, count: size)
            let code = unsafe body(&entry, &buffer, size, &found)
            if code == ERANGE, size < 1 << 20 {
                size *= 2
                continue
            }
            // POSIX leaves it open how "no such entry" is said; these are the ways that are met.
            if [ENOENT, ESRCH, EBADF, EPERM].contains(code) { return nil }
            guard code == 0 else { throw SystemError(call: call, code: code) }
            guard unsafe found != nil else { return nil }
            return withExtendedLifetime(buffer) {
                unsafe Account(
                    user: entry.pw_uid, name: String(cString: entry.pw_name), home: String(cString: entry.pw_dir),
                    shell: String(cString: entry.pw_shell), group: entry.pw_gid)
            }
        }
    }

    /// All groups of the account, with `primary` among them, as a login would get them.
    package func groups(with primary: UInt32) throws(SystemError) -> [UInt32] {
        var count: Int32 = 64
        while true {
            var groups = [gid_t](repeating: 0, count: Int(count))
            let room = count
            if unsafe getgrouplist(name, primary, &groups, &count) >= 0 { return Array(groups[..<Int(count)]) }
            guard count > room, count <= 65_536 else { throw SystemError(call: "getgrouplist \(name)", code: ERANGE) }
        }
    }
}
