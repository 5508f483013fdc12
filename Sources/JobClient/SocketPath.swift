internal import Glibc
internal import Kernel

/// Where a client finds the daemon when nobody says where.
package enum SocketPath {
    package static let system = "/run/jobd/jobd.sock"

    /// Where the service of a user listens when it is started as it comes.
    package static func service(of user: UInt32) -> String {
        own(environment: ProcessEnvironment.variables, user: user)
    }

    /// The socket for this process: `JOBD_SOCKET`; else for root the system's; else the user's own where it exists, the
    /// system's where that exists, and the user's again so that a message names the one to start.
    package static var usual: String {
        usual(environment: ProcessEnvironment.variables, user: getuid()) { access($0, F_OK) == 0 }
    }

    static func usual(environment: [String: String], user: UInt32, exists: (String) -> Bool) -> String {
        if let given = environment["JOBD_SOCKET"], !given.isEmpty { return given }
        guard user != 0 else { return system }
        let own = own(environment: environment, user: user)
        return !exists(own) && exists(system) ? system : own
    }
    private static func own(environment: [String: String], user: UInt32) -> String {
        guard user != 0 else { return system }
        let runtime = environment["XDG_RUNTIME_DIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/run/user/\(user)"
        return "\(runtime)/jobd/jobd.sock"
    }
}
