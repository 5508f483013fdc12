import JobService
import Jobs
import Kernel
import Threading

/// Decides by the kernel's word who may do what.
final class Authorizer: Sendable {
    private let daemonUser: UInt32
    private let administrators: UInt32?
    private let submitters: Monitor<Submitters>

    /// Who may use the daemon besides root, the daemon's own user and administrators.
    enum Submitters: Hashable, Sendable {
        case nobody
        case everybody
        /// The members of a group, by its number.
        case group(UInt32)
    }

    /// The group whose members see and control all jobs.
    static let administratorsGroup = "jobd-admin"

    /// The user of the daemon without privileges, and the group whose members may use it.
    static let ownName = "jobd"

    init(daemonUser: UInt32, administrators: UInt32?, submitters: Submitters) {
        self.daemonUser = daemonUser
        self.administrators = administrators
        self.submitters = Monitor(submitters)
    }

    /// As whom a peer acts; `nil` for one who has no business here.
    ///
    /// Who may only submit sees their own jobs, also where a daemon that is not root runs all as one user.
    func requester(_ peer: PeerCredentials) -> Requester? {
        func isMember(of group: UInt32) -> Bool { peer.group == group || peer.groups.contains(group) }
        if peer.user == 0 || peer.user == daemonUser || administrators.map(isMember) ?? false {
            return Requester(user: peer.user, isAdministrator: true)
        }
        let mayUse =
            switch submitters.withLock({ $0 }) {
            case .nobody: false
            case .everybody: true
            case .group(let group): isMember(of: group)
            }
        return mayUse ? Requester(user: peer.user, isAdministrator: false) : nil
    }

    /// Goes by another rule from now on.
    func allow(_ new: Submitters) { submitters.withLock { $0 = new } }

    /// Whether jobs run as those who submitted them.
    var isRoot: Bool { daemonUser == 0 }

    /// Whether this daemon can run a job as that user: one that is not root runs all as itself.
    func mayRun(as user: UInt32) -> Bool { daemonUser == 0 || user == daemonUser }
}

extension Authorizer.Submitters {
    /// What a configuration means.
    ///
    /// Without a group in it, everybody may use root's daemon, and that of the user `jobd` those who are in the group
    /// of that name; nobody else another user's.
    ///
    /// - Parameters:
    ///   - userName: whose the daemon is.
    ///   - number: the number of a group by its name.
    /// - Throws: `unable` where there is no such group.
    init(
        group: String?, isRoot: Bool, userName: String?, file: String?,
        number: (String) throws(SystemError) -> UInt32? = Group.number
    ) throws(DaemonFailure) {
        do throws(SystemError) {
            if let group {
                guard let number = try number(group) else {
                    throw SystemError(call: "look for the group", code: 2 /* ENOENT */)
                }
                self = .group(number)
            } else if isRoot {
                self = .everybody
            } else if userName == Authorizer.ownName, let number = try number(Authorizer.ownName) {
                self = .group(number)
            } else {
                self = .nobody
            }
        } catch {
            let name = group ?? Authorizer.ownName
            throw .unable(
                [error.code == 2 ? "daemon.submit_group: there is no group \(name)" : "daemon.submit_group: \(error)"],
                file: file)
        }
    }
}
