package import Varlink

/// `io.jobd.Daemon.Reexec`: the daemon becomes the program that lies in its place now, and its jobs go on.
package enum ReexecCall {
    package static let method = "io.jobd.Daemon.Reexec"

    package static let refusal = "io.jobd.Daemon.ReexecRefused"

    package static func check(_ parameters: JSONObject) throws(ParameterError) {
        try parameters.read { _ throws(ParameterError) in }
    }

    package static func refused(_ reason: String) -> VarlinkError {
        VarlinkError(refusal, ["reason": .string(reason)])
    }

    package struct Answer: Sendable, Equatable {
        /// Of the program before and of the one after.
        package let oldVersion: String
        package let version: String
        /// Attempts that go on.
        package let running: Int

        package init(oldVersion: String, version: String, running: Int) {
            self.oldVersion = oldVersion
            self.version = version
            self.running = running
        }

        package var parameters: JSONObject {
            ["oldVersion": .string(oldVersion), "version": .string(version), "running": JSONValue(running)]
        }

        package init(_ parameters: JSONObject) throws(ParameterError) {
            self = try parameters.read(unknownMembers: .ignored) { reader throws(ParameterError) in
                Answer(
                    oldVersion: try reader.required("oldVersion").string(),
                    version: try reader.required("version").string(),
                    running: try reader.required("running").integer(in: 0...Int.max))
            }
        }
    }
}
