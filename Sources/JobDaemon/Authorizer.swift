import JobService
import Jobs
import Kernel

/// Decides by the kernel's word who may do what.
struct Authorizer: Sendable {
    private let daemonUser: UInt32
    private let administrators: UInt32?

    /// The group whose members see and control all jobs.
    static let administratorsGroup = "jobd-admin"

    init(daemonUser: UInt32, administrators: UInt32?) {
        self.daemonUser = daemonUser
        self.administrators = administrators
    }

    /// As whom a peer acts; `nil` for one who has no business here.
    ///
    /// A daemon that is not root runs everything as its own user, so that only that user and root may use it.
    func requester(_ peer: PeerCredentials) -> Requester? {
        if daemonUser != 0, peer.user != daemonUser, peer.user != 0 { return nil }
        let isMember = administrators.map { peer.group == $0 || peer.groups.contains($0) } ?? false
        return Requester(user: peer.user, isAdministrator: daemonUser != 0 || peer.user == 0 || isMember)
    }

    /// Whether jobs run as those who submitted them.
    var isRoot: Bool { daemonUser == 0 }

    /// Whether this daemon can run a job as that user: one that is not root runs all as itself.
    func mayRun(as user: UInt32) -> Bool { daemonUser == 0 || user == daemonUser }
}
