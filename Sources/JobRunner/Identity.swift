package import Jobs
import Glibc
package import Kernel

/// Whose rights an attempt runs with, looked up when it starts.
package struct Identity: Sendable, Hashable {
    package let account: Account
    /// What the child must take on; `nil` where the daemon is not root and runs everything as itself.
    package let change: Change?

    package struct Change: Sendable, Hashable {
        package let user: UInt32
        package let group: UInt32
        package let groups: [UInt32]
    }

    /// The identity for a submitter's job.
    ///
    /// A daemon that is root becomes the submitter, with the groups that the account has now. Any other daemon runs
    /// every job as itself.
    ///
    /// - Parameter mayBeRoot: whether that may be root, where the daemon is.
    /// - Throws: `rootRefusal`, the step `account` where the account is gone (`ENOENT`), `accountName` where its number is another's
    ///   now, `accountLock`, `accountExpiry`, or `group` where it is not in the submitter's group.
    static func of(
        _ submitter: Submitter, mayBeRoot: Bool, from accounts: any AccountSource
    ) throws(StartFailure) -> Identity {
        let isRoot = geteuid() == 0
        let user = isRoot ? submitter.user : geteuid()
        // -1 means "leave as it is" to the kernel: never let it through.
        guard user != .max, submitter.group != .max else { throw StartFailure(step: .account, errno: EINVAL) }
        guard mayBeRoot || !isRoot || user != 0 else { throw StartFailure(step: .rootRefusal, errno: EPERM) }
        let found = try asking { () throws(SystemError) in try accounts.account(of: user) }
        // A container's user may have no name; the daemon runs as that user already.
        guard isRoot else { return Identity(account: found ?? Self.ownAccount(user), change: nil) }
        guard let account = found else { throw StartFailure(step: .account, errno: ENOENT) }
        if let name = submitter.name, name != account.name { throw StartFailure(step: .accountName, errno: EPERM) }
        try check(try asking { () throws(SystemError) in try accounts.standing(of: account) }, of: account)
        let groups = try asking { () throws(SystemError) in try accounts.groups(of: account, with: account.group) }
        // A group that the account has lost since the submit, or only ever had through a set-gid program.
        guard submitter.group == account.group || groups.contains(submitter.group) else {
            throw StartFailure(step: .group, errno: EPERM)
        }
        return Identity(account: account, change: Change(user: user, group: submitter.group, groups: groups))
    }

    /// Root's password is often locked on purpose; that does not keep root's jobs from running.
    private static func check(_ standing: AccountStanding, of account: Account) throws(StartFailure) {
        switch standing {
        case .locked where account.user != 0: throw StartFailure(step: .accountLock, errno: EACCES)
        case .expired: throw StartFailure(step: .accountExpiry, errno: EKEYEXPIRED)
        case .open, .locked: break
        }
    }

    private static func asking<Answer>(
        _ body: () throws(SystemError) -> Answer
    ) throws(StartFailure) -> Answer {
        do {
            return try body()
        } catch {
            throw StartFailure(step: .account, errno: error.code)
        }
    }

    /// The daemon's own user as its environment describes it.
    private static func ownAccount(_ user: UInt32) -> Account {
        let variables = ProcessEnvironment.variables
        return Account(
            user: user, name: variables["USER"] ?? "\(user)", home: variables["HOME"] ?? "/", shell: "/bin/sh",
            group: getegid())
    }
}

/// Why nothing ran.
package struct StartFailure: Error, Hashable, Sendable {
    package let step: StartStep
    package let errno: Int32

    package init(step: StartStep, errno: Int32) {
        self.step = step
        self.errno = errno
    }
}
