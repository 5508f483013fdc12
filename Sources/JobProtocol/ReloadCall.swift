package import Varlink

/// `io.jobd.Daemon.Reload`: lets the configuration file hold as it is now.
package enum ReloadCall {
    package static let method = "io.jobd.Daemon.Reload"

    package static func check(_ parameters: JSONObject) throws(ParameterError) {
        try parameters.read { _ throws(ParameterError) in }
    }

    package struct Answer: Sendable, Equatable {
        /// What holds differently now, each as a sentence for people.
        package let changes: [String]

        package init(changes: [String]) {
            self.changes = changes
        }

        package var parameters: JSONObject { ["changes": .array(changes.map { .string($0) })] }

        package init(_ parameters: JSONObject) throws(ParameterError) {
            changes = try parameters.read(unknownMembers: .ignored) { reader throws(ParameterError) in
                try reader.required("changes").array { item throws(ParameterError) in try item.string() }
            }
        }
    }
}
