package import Jobs
package import Varlink

/// `io.jobd.Queues.Pause`: a queue starts nothing more.
package struct PauseCall: Sendable, Equatable {
    package static let method = "io.jobd.Queues.Pause"

    /// What becomes of the jobs that run.
    package enum Mode: String, Sendable, CaseIterable {
        /// They go on.
        case drain
        /// They are frozen until the queue is resumed.
        case freeze
    }

    package var queue: QueueName
    package var mode: Mode

    package init(queue: QueueName, mode: Mode = .drain) {
        self.queue = queue
        self.mode = mode
    }

    package var parameters: JSONObject { ["queue": .string(queue.text), "mode": .string(mode.rawValue)] }

    package init(_ parameters: JSONObject) throws(ParameterError) {
        self = try parameters.read { reader throws(ParameterError) in
            PauseCall(
                queue: try SpecCoding.queue(try reader.required("queue")),
                mode: try reader.optional("mode")?.choice() ?? .drain)
        }
    }
}
