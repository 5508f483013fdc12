package import Varlink

/// `io.jobd.Daemon.Metrics`: what is counted and measured, for programs that watch many machines.
package enum MetricsCall {
    package static let method = "io.jobd.Daemon.Metrics"

    package static func check(_ parameters: JSONObject) throws(ParameterError) {
        try parameters.read { _ throws(ParameterError) in }
    }

    package struct Answer: Sendable, Equatable {
        /// In the text format of OpenMetrics 1.0.
        package let text: String

        package init(text: String) {
            self.text = text
        }

        package var parameters: JSONObject { ["text": .string(text)] }

        package init(_ parameters: JSONObject) throws(ParameterError) {
            text = try parameters.read(unknownMembers: .ignored) { reader throws(ParameterError) in
                try reader.required("text").string()
            }
        }
    }
}
