import Kernel

/// Where the daemon's files are: what the command line says, else what the service manager says, else the usual
/// places of whoever starts it.
struct DaemonPaths: Hashable, Sendable {
    let configuration: String
    /// Whether the configuration was asked for by name: then it must exist.
    let isConfigurationRequired: Bool
    let stateDirectory: String
    let socket: String

    /// - Parameters:
    ///   - environment: the process's variables (systemd.exec(5): `STATE_DIRECTORY` and the like; XDG base directories).
    ///   - isRoot: root gets the system's folders, everybody else their own.
    init(_ options: DaemonOptions, environment: [String: String], isRoot: Bool, user: UInt32) throws(DaemonFailure) {
        let home = environment["HOME"] ?? ""
        func folder(_ variable: String, _ system: String, _ xdg: String, _ fallback: String?) throws(DaemonFailure)
            -> String
        {
            // A list where several were configured; ours is the first.
            if let given = environment[variable]?.split(separator: ":").first { return String(given) }
            if isRoot { return system }
            if let base = environment[xdg], base.hasPrefix("/") { return "\(base)/jobd" }
            guard let fallback, fallback.hasPrefix("/") else { throw .noFolder(variable: xdg) }
            return "\(fallback)/jobd"
        }
        if let given = options.stateDirectory {
            stateDirectory = given
        } else {
            stateDirectory = try folder(
                "STATE_DIRECTORY", "/var/lib/jobd", "XDG_STATE_HOME", home.isEmpty ? nil : "\(home)/.local/state")
        }
        if let given = options.configuration {
            configuration = given
        } else {
            let folder = try folder(
                "CONFIGURATION_DIRECTORY", "/etc/jobd", "XDG_CONFIG_HOME", home.isEmpty ? nil : "\(home)/.config")
            configuration = "\(folder)/jobd.toml"
        }
        isConfigurationRequired = options.configuration != nil
        if let given = options.socket ?? environment["JOBD_SOCKET"] {
            socket = given
        } else {
            let folder = try folder("RUNTIME_DIRECTORY", "/run/jobd", "XDG_RUNTIME_DIR", "/run/user/\(user)")
            socket = "\(folder)/jobd.sock"
        }
    }

    var store: String { "\(stateDirectory)/jobd.db" }
    var lock: String { "\(stateDirectory)/lock" }
    var key: String { "\(stateDirectory)/key" }
    /// Where jobs find their secrets: beside the socket, which is in memory on every usual machine.
    var credentials: String { "\(socket).credentials" }
    var output: String { "\(stateDirectory)/output" }
}
