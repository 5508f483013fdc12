package import Varlink

/// `io.jobd.Queues.List`: all queues, by name.
package enum QueuesCall {
    package static let method = "io.jobd.Queues.List"

    package static func check(_ parameters: JSONObject) throws(ParameterError) {
        try parameters.read { _ throws(ParameterError) in }
    }

    /// The answer.
    package struct Answer: Sendable, Equatable {
        package let queues: [QueueView]

        package init(queues: [QueueView]) {
            self.queues = queues
        }

        package var parameters: JSONObject { ["queues": .array(queues.map { .object($0.json) })] }

        package init(_ parameters: JSONObject) throws(ParameterError) {
            queues = try parameters.read(unknownMembers: .ignored) { reader throws(ParameterError) in
                try reader.required("queues").array { queue throws(ParameterError) in try QueueView(queue) }
            }
        }
    }
}
