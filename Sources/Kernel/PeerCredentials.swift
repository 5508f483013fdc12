import CLinux
import Glibc

/// Who is at the other end of a Unix socket, as the kernel noted it when they connected.
///
/// Decide by user and groups only: a process id may be another process by the time one looks.
package struct PeerCredentials: Sendable, Hashable {
    package let user: UInt32
    package let group: UInt32
    /// Supplementary groups.
    package let groups: [UInt32]
    package let process: Int32

    package init(user: UInt32, group: UInt32, groups: [UInt32], process: Int32) {
        self.user = user
        self.group = group
        self.groups = groups
        self.process = process
    }

    /// Asks the kernel about a connected socket (SO_PEERCRED, SO_PEERGROUPS).
    package static func of(socket: Int32) throws(SystemError) -> PeerCredentials {
        var user: uid_t = 0
        var group: gid_t = 0
        var process: pid_t = 0
        try systemCall("getsockopt SO_PEERCRED") {
            unsafe linux_peer_credentials(socket, &user, &group, &process)
        }
        return PeerCredentials(user: user, group: group, groups: try groups(of: socket), process: process)
    }

    private static func groups(of socket: Int32) throws(SystemError) -> [UInt32] {
        var room: UInt32 = 64
        while true {
            var groups = [gid_t](repeating: 0, count: Int(room))
            var count = room
            if unsafe linux_peer_groups(socket, &groups, &count) == 0 { return Array(groups[..<Int(count)]) }
            guard errno == ERANGE, count > room else {
                throw SystemError(call: "getsockopt SO_PEERGROUPS", code: errno)
            }
            room = count
        }
    }
}
