import CLinux

/// Whether an account may be used.
package enum AccountStanding: Sendable, Hashable {
    case open
    /// Somebody has locked its password (`usermod -L`, `passwd -l`).
    case locked
    /// Its last day is over (`chage -E`).
    case expired

    /// What the shadow file says of the account now; only root may ask.
    ///
    /// An account without an entry, as of another name service, is open. May ask the network (NSS).
    ///
    /// - Parameter day: today, in days since 1970.
    package static func of(_ account: Account, day: Int64) throws(SystemError) -> AccountStanding {
        var shadow = linux_shadow()
        let found = try systemCall("getspnam_r \(account.name)") { unsafe linux_shadow(account.name, &shadow) }
        guard found == 1 else { return .open }
        let start = unsafe withUnsafeBytes(of: shadow.password_start) { unsafe Array($0.prefix { $0 != 0 }) }
        return AccountStanding(passwordStart: String(decoding: start, as: UTF8.self), expires: shadow.expires, day: day)
    }

    /// Judges the fields of shadow(5).
    ///
    /// A mark before a password locks it. The mark alone, or `*`, is what an account has that never had a password:
    /// those of services, and those that log in by key, which run jobs.
    package init(passwordStart: String, expires: Int64, day: Int64) {
        let marked = passwordStart.drop { $0 == "!" }
        let isPassword = marked.first.map { $0.isLetter || $0.isNumber || "$./_".contains($0) } ?? false
        if expires >= 0, day >= expires {
            self = .expired
        } else {
            self = passwordStart.hasPrefix("!") && isPassword ? .locked : .open
        }
    }
}
