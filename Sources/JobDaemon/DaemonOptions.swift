/// What the command line says.
package struct DaemonOptions: Sendable, Hashable {
    /// The configuration file; `nil` is the usual one, which may be missing.
    package var configuration: String?
    package var stateDirectory: String?
    package var socket: String?

    package init(configuration: String? = nil, stateDirectory: String? = nil, socket: String? = nil) {
        self.configuration = configuration
        self.stateDirectory = stateDirectory
        self.socket = socket
    }
}
