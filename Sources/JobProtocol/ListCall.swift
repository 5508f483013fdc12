package import Jobs
package import Varlink

/// `io.jobd.Jobs.List`: the jobs that match, newest first, page by page.
package struct ListCall: Sendable, Equatable {
    package static let method = "io.jobd.Jobs.List"

    package var states: [JobState.Name]
    package var queues: [QueueName]
    /// A user's name or number.
    package var user: String?
    package var name: String?
    package var before: JobID?
    package var limit: Int

    package init(
        states: [JobState.Name] = [], queues: [QueueName] = [], user: String? = nil, name: String? = nil,
        before: JobID? = nil, limit: Int = 100
    ) {
        self.states = states
        self.queues = queues
        self.user = user
        self.name = name
        self.before = before
        self.limit = limit
    }

    package var parameters: JSONObject {
        var object = JSONObject()
        if !states.isEmpty { object.append("states", .array(states.map { .string($0.rawValue) })) }
        if !queues.isEmpty { object.append("queues", .array(queues.map { .string($0.text) })) }
        object.append("user", user.map { .string($0) })
        object.append("name", name.map { .string($0) })
        object.append("before", before.map { .integer($0.rawValue) })
        object.append("limit", JSONValue(limit))
        return object
    }

    package init(_ parameters: JSONObject) throws(ParameterError) {
        self = try parameters.read { reader throws(ParameterError) in
            ListCall(
                states: try reader.optional("states")?.array { state throws(ParameterError) in
                    try state.choice(of: JobState.Name.self)
                } ?? [],
                queues: try reader.optional("queues").map { field throws(ParameterError) in
                    try Self.queues(field)
                } ?? [],
                user: try reader.optional("user")?.string(), name: try reader.optional("name")?.string(),
                before: try reader.optional("before").map { id throws(ParameterError) in try IDsCoding.id(id) },
                limit: try reader.optional("limit")?.integer(in: 1...Limits.jobsPerPage) ?? 100)
        }
    }

    private static func queues(_ field: Parameter) throws(ParameterError) -> [QueueName] {
        let queues = try field.array { queue throws(ParameterError) in try SpecCoding.queue(queue) }
        guard queues.count <= Limits.queuesPerFilter else {
            throw field.error("must not hold more than \(Limits.queuesPerFilter) queues")
        }
        return queues
    }

    /// The answer.
    package struct Answer: Sendable, Equatable {
        package let jobs: [JobView]
        /// What to give as `before` for the next page; `nil` after the last one.
        package let next: JobID?

        package init(jobs: [JobView], next: JobID?) {
            self.jobs = jobs
            self.next = next
        }

        package var parameters: JSONObject {
            var object: JSONObject = ["jobs": .array(jobs.map { .object($0.json) })]
            object.append("next", next.map { .integer($0.rawValue) })
            return object
        }

        package init(_ parameters: JSONObject) throws(ParameterError) {
            self = try parameters.read(unknownMembers: .ignored) { reader throws(ParameterError) in
                Answer(
                    jobs: try reader.required("jobs").array { job throws(ParameterError) in try JobView(job) },
                    next: try reader.optional("next").map { id throws(ParameterError) in try IDsCoding.id(id) })
            }
        }
    }
}
