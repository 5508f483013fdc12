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
    /// - Throws: `couldNotStart(.account)` as an outcome where the account is gone.
    static func of(_ submitter: Submitter) throws(StartFailure) -> Identity {
        let isRoot = geteuid() == 0
        let user = isRoot ? submitter.user : geteuid()
        // -1 means "leave as it is" to the kernel: never let it through.
        guard user != .max, submitter.group != .max else { throw StartFailure(step: .account, errno: EINVAL) }
        do {
            let found = try Account.of(user: user)
            // A container's user may have no name; the daemon runs as that user already.
            guard isRoot else { return Identity(account: found ?? Self.ownAccount(user), change: nil) }
            guard let account = found else { throw StartFailure(step: .account, errno: ENOENT) }
            let groups = try account.groups(with: account.group)
            // A group that the account has lost since the submit, or only ever had through a set-gid program.
            guard groups.contains(submitter.group) else { throw StartFailure(step: .group, errno: EPERM) }
            return Identity(account: account, change: Change(user: user, group: submitter.group, groups: groups))
        } catch let error as SystemError {
            throw StartFailure(step: .account, errno: error.code)
        } catch let failure as StartFailure {
            throw failure
        } catch {
            throw StartFailure(step: .account, errno: EIO)
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
