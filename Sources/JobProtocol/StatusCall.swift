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

        /// As whom jobs run.
        package enum Mode: String, Sendable, CaseIterable {
            /// As root: each job as who submitted it.
            case system
            /// As a user of its own, for the whole machine: all jobs as that user.
            case unprivileged
            /// For one user alone.
            case user
        }

        package let version: String
        package let pid: Int
        package let state: State
        package let mode: Mode
        /// The unit of the service manager that runs it; `nil` where none does.
        package let unit: String?
        package let started: Timestamp
        package let user: String
        package let stateDirectory: String
        package let configuration: String?
        package let containment: String
        package let queues: [QueueView]
        /// How much there is of each resource that jobs may need.
        package let resources: [String: Int]
        /// What it takes up, and the room that it has; `nil` of an older daemon.
        package let usage: DaemonUsage?
        /// What went wrong of late, oldest first; none for others than administrators.
        package let problems: [DaemonProblem]

        package init(
            version: String, pid: Int, state: State, mode: Mode, unit: String?, started: Timestamp, user: String,
            stateDirectory: String, configuration: String?, containment: String, queues: [QueueView],
            resources: [String: Int], usage: DaemonUsage?, problems: [DaemonProblem]
        ) {
            self.version = version
            self.pid = pid
            self.state = state
            self.mode = mode
            self.unit = unit
            self.usage = usage
            self.problems = problems
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
                "mode": .string(mode.rawValue), "started": .string(started.description), "user": .string(user),
                "stateDirectory": .string(stateDirectory),
            ]
            object.append("unit", unit.map { .string($0) })
            object.append("configuration", configuration.map { .string($0) })
            object.append("containment", .string(containment))
            object.append("queues", .array(queues.map { .object($0.json) }))
            object.append("resources", PolicyCoding.amounts(resources))
            object.append("usage", usage.map { .object($0.json) })
            object.append("problems", .array(problems.map { .object($0.json) }))
            return object
        }

        package init(_ parameters: JSONObject) throws(ParameterError) {
            self = try parameters.read(unknownMembers: .ignored) { fields throws(ParameterError) in
                Answer(
                    version: try fields.required("version").string(), pid: try fields.required("pid").integer(),
                    state: try fields.required("state").choice(of: State.self),
                    mode: try fields.optional("mode")?.choice(of: Mode.self) ?? .system,
                    unit: try fields.optional("unit")?.string(),
                    started: try Timestamp(try fields.required("started")),
                    user: try fields.required("user").string(),
                    stateDirectory: try fields.required("stateDirectory").string(),
                    configuration: try fields.optional("configuration")?.string(),
                    containment: try fields.required("containment").string(),
                    queues: try fields.required("queues").array { queue throws(ParameterError) in try QueueView(queue)
                    },
                    resources: try fields.optional("resources")?.map { amount throws(ParameterError) in
                        try amount.integer()
                    } ?? [:],
                    usage: try fields.optional("usage").map { usage throws(ParameterError) in
                        try DaemonUsage(usage)
                    },
                    problems: try fields.optional("problems")?.array { problem throws(ParameterError) in
                        try DaemonProblem(problem)
                    } ?? [])
            }
        }
    }
}
