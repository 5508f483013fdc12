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
        if daemonUser != 0 { return peer.user == daemonUser || peer.user == 0 ? .administrator : nil }
        if peer.user == 0 { return .administrator }
        if let administrators, peer.group == administrators || peer.groups.contains(administrators) {
            return .administrator
        }
        return .user(peer.user)
    }

    func submitter(_ peer: PeerCredentials) -> Submitter { Submitter(user: peer.user, group: peer.group) }
}
