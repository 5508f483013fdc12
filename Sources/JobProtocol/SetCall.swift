package import Jobs
package import Varlink

/// `io.jobd.Queues.Set`: settings of a queue.
package struct SetCall: Sendable, Equatable {
    package static let method = "io.jobd.Queues.Set"

    package var queue: QueueName
    /// By name; `nil` goes back to what the configuration says.
    package var settings: [String: String?]

    package init(queue: QueueName, settings: [String: String?]) {
        self.queue = queue
        self.settings = settings
    }

    package var parameters: JSONObject {
        var object = JSONObject()
        for (name, value) in settings.sorted(by: { $0.key < $1.key }) {
            object.append(name, value.map { .string($0) } ?? .null)
        }
        return ["queue": .string(queue.text), "settings": .object(object)]
    }

    package init(_ parameters: JSONObject) throws(ParameterError) {
        self = try parameters.read { reader throws(ParameterError) in
            let queue = try SpecCoding.queue(try reader.required("queue"))
            let field = try reader.required("settings")
            let settings = try field.map { value throws(ParameterError) -> String? in
                if case .null = value.value { nil } else { try value.string() }
            }
            guard !settings.isEmpty else { throw field.error("must name a setting") }
            return SetCall(queue: queue, settings: settings)
        }
    }
}
