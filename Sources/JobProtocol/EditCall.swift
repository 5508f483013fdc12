package import Jobs
package import Varlink

/// `io.jobd.Jobs.Edit`: jobs that wait become something else.
///
/// It is answered by a `ChangeAnswer`.
package struct EditCall: Sendable, Equatable {
    package static let method = "io.jobd.Jobs.Edit"

    /// An earliest time to start.
    package enum Start: Sendable, Equatable {
        /// A delay counts from the edit.
        case notBefore(StartTime)
        case atOnce
    }

    package var ids: [JobID]
    /// What is `nil` stays as it is.
    package var queue: QueueName?
    package var name: String?
    package var priority: Int?
    package var start: Start?
    package var command: [String]?

    package init(
        ids: [JobID], queue: QueueName? = nil, name: String? = nil, priority: Int? = nil, start: Start? = nil,
        command: [String]? = nil
    ) {
        self.ids = ids
        self.queue = queue
        self.name = name
        self.priority = priority
        self.start = start
        self.command = command
    }

    package var parameters: JSONObject {
        var object: JSONObject = ["ids": IDsCoding.value(ids)]
        object.append("queue", queue.map { .string($0.text) })
        object.append("name", name.map { .string($0) })
        object.append("priority", priority.map { JSONValue($0) })
        switch start {
        case .notBefore(.after(let delay)): object.append("delayMilliseconds", JSONValue(delay.wholeMilliseconds))
        case .notBefore(.at(let time)): object.append("at", .string(time.description))
        case .atOnce: object.append("now", true)
        case nil: break
        }
        object.append("command", command.map { .array($0.map { .string($0) }) })
        return object
    }

    package init(_ parameters: JSONObject) throws(ParameterError) {
        self = try parameters.read { reader throws(ParameterError) in
            EditCall(
                ids: try IDsCoding.ids(try reader.required("ids")),
                queue: try reader.optional("queue").map { field throws(ParameterError) in try SpecCoding.queue(field) },
                name: try reader.optional("name").map { field throws(ParameterError) in try SpecCoding.name(field) },
                priority: try reader.optional("priority").map { field throws(ParameterError) in
                    try SpecCoding.priority(field)
                }, start: try Self.start(&reader),
                command: try reader.optional("command").map { field throws(ParameterError) in
                    try SpecCoding.command(field)
                })
        }
        guard self != EditCall(ids: ids) else {
            throw ParameterError(path: "ids", problem: "are named, but nothing is to be different in them")
        }
    }

    private static func start(_ reader: inout ParameterReader) throws(ParameterError) -> Start? {
        let now = reader.optional("now")
        let start = try PolicyCoding.start(at: reader.optional("at"), delay: reader.optional("delayMilliseconds"))
        guard let now, try now.bool() else { return start.map { .notBefore($0) } }
        guard start == nil else {
            throw now.error("must not be there together with at or delayMilliseconds: a job starts at one time")
        }
        return .atOnce
    }
}
