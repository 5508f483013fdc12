package import Jobs
package import Varlink

/// `io.jobd.Daemon.Status`: how the daemon is.
package enum StatusCall {
    package static let method = "io.jobd.Daemon.Status"

    package static func check(_ parameters: JSONObject) throws(ParameterError) {
        try parameters.read { _ throws(ParameterError) in }
    }

    /// The answer.
    package struct Answer: Sendable, Equatable {
        /// Running or draining.
        package enum State: String, Sendable, CaseIterable {
            case running, draining
        }

        package let version: String
        package let pid: Int
        package let state: State
        package let started: Timestamp
        package let user: String
        package let stateDirectory: String
        package let configuration: String?
        package let containment: String
        package let queues: [QueueView]
        /// How much there is of each resource that jobs may need.
        package let resources: [String: Int]

        package init(
            version: String, pid: Int, state: State, started: Timestamp, user: String, stateDirectory: String,
            configuration: String?, containment: String, queues: [QueueView], resources: [String: Int]
        ) {
            self.version = version
            self.pid = pid
            self.state = state
            self.started = started
            self.user = user
            self.stateDirectory = stateDirectory
            self.configuration = configuration
            self.containment = containment
            self.queues = queues
            self.resources = resources
        }

        package var parameters: JSONObject {
            var object: JSONObject = [
                "version": .string(version), "pid": JSONValue(pid), "state": .string(state.rawValue),
                "started": .string(started.description), "user": .string(user),
                "stateDirectory": .string(stateDirectory),
            ]
            object.append("configuration", configuration.map { .string($0) })
            object.append("containment", .string(containment))
            object.append("queues", .array(queues.map { .object($0.json) }))
            object.append("resources", PolicyCoding.amounts(resources))
            return object
        }

        package init(_ parameters: JSONObject) throws(ParameterError) {
            self = try parameters.read(unknownMembers: .ignored) { fields throws(ParameterError) in
                Answer(
                    version: try fields.required("version").string(), pid: try fields.required("pid").integer(),
                    state: try fields.required("state").choice(of: State.self),
                    started: try Timestamp(try fields.required("started")),
                    user: try fields.required("user").string(),
                    stateDirectory: try fields.required("stateDirectory").string(),
                    configuration: try fields.optional("configuration")?.string(),
                    containment: try fields.required("containment").string(),
                    queues: try fields.required("queues").array { queue throws(ParameterError) in try QueueView(queue)
                    },
                    resources: try fields.optional("resources")?.map { amount throws(ParameterError) in
                        try amount.integer()
                    } ?? [:])
            }
        }
    }
}
