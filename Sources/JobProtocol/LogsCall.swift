package import Jobs
package import Varlink

/// `io.jobd.Jobs.Logs`: what an attempt printed, and prints.
package struct LogsCall: Sendable, Equatable {
    package static let method = "io.jobd.Jobs.Logs"

    package var id: JobID
    /// `nil` is the last one.
    package var attempt: Int?
    /// Where to begin: what an earlier answer gave as `next`; below 0 so many bytes before the end of the attempt's file.
    package var offset: Int
    /// Whether to wait for what is still to come.
    package var follow: Bool
    /// Whether to go on, with `follow`, with attempts after this one.
    package var later: Bool

    package init(id: JobID, attempt: Int? = nil, offset: Int = 0, follow: Bool = false, later: Bool = false) {
        self.id = id
        self.attempt = attempt
        self.offset = offset
        self.follow = follow
        self.later = later
    }

    package var parameters: JSONObject {
        var object: JSONObject = ["id": .integer(id.rawValue)]
        object.append("attempt", attempt.map { JSONValue($0) })
        object.append("offset", JSONValue(offset))
        object.append("follow", .bool(follow))
        object.append("later", .bool(later))
        return object
    }

    package init(_ parameters: JSONObject) throws(ParameterError) {
        self = try parameters.read { reader throws(ParameterError) in
            LogsCall(
                id: try IDsCoding.id(try reader.required("id")),
                attempt: try reader.optional("attempt")?.integer(in: 1...Int.max),
                offset: try reader.optional("offset")?.integer() ?? 0,
                follow: try reader.optional("follow")?.bool() ?? false,
                later: try reader.optional("later")?.bool() ?? false)
        }
    }

    /// One part of the output.
    package struct Answer: Sendable, Equatable {
        package let attempt: Int
        package let lines: [LogLine]
        /// Where the next part begins.
        package let next: Int
        /// Whether nothing follows.
        package let isEnd: Bool

        package init(attempt: Int, lines: [LogLine], next: Int, isEnd: Bool) {
            self.attempt = attempt
            self.lines = lines
            self.next = next
            self.isEnd = isEnd
        }

        package var parameters: JSONObject {
            [
                "attempt": JSONValue(attempt), "lines": .array(lines.map { .object($0.json) }),
                "next": JSONValue(next), "end": .bool(isEnd),
            ]
        }

        package init(_ parameters: JSONObject) throws(ParameterError) {
            self = try parameters.read(unknownMembers: .ignored) { reader throws(ParameterError) in
                Answer(
                    attempt: try reader.required("attempt").integer(),
                    lines: try reader.required("lines").array { line throws(ParameterError) in try LogLine(line) },
                    next: try reader.required("next").integer(), isEnd: try reader.required("end").bool())
            }
        }
    }
}
