package import Varlink

/// `io.jobd.Daemon.Backup`: writes a copy of the store into a new file.
package struct BackupCall: Sendable, Equatable {
    package static let method = "io.jobd.Daemon.Backup"

    /// The error when it could not be written, with a `reason`.
    package static let failure = "io.jobd.Daemon.BackupFailed"

    /// Absolute.
    package var path: String

    package init(path: String) {
        self.path = path
    }

    package var parameters: JSONObject { ["path": .string(path)] }

    package init(_ parameters: JSONObject) throws(ParameterError) {
        self = try parameters.read { reader throws(ParameterError) in
            BackupCall(path: try reader.required("path").string())
        }
    }
}
