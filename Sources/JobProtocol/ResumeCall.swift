package import Jobs
package import Varlink

/// `io.jobd.Queues.Resume`: a paused queue goes on.
package struct ResumeCall: Sendable, Equatable {
    package static let method = "io.jobd.Queues.Resume"

    package var queue: QueueName

    package init(queue: QueueName) {
        self.queue = queue
    }

    package var parameters: JSONObject { ["queue": .string(queue.text)] }

    package init(_ parameters: JSONObject) throws(ParameterError) {
        queue = try parameters.read { reader throws(ParameterError) in
            try SpecCoding.queue(try reader.required("queue"))
        }
    }
}
