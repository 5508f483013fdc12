/// A message that is not a call or a reply.
///
/// The connection it came over cannot be used any more.
public struct MessageError: Error, Equatable, CustomStringConvertible {
    /// What is wrong, as a sentence without its full stop.
    public let problem: String

    /// A message that is wrong in that way.
    public init(problem: String) {
        self.problem = problem
    }

    /// For people, in one line.
    public var description: String { problem }
}

/// What calls and replies share in reading their members.
extension MessageError {
    static func members(of message: Span<UInt8>) throws(MessageError) -> [JSONObject.Member] {
        let document: JSONValue
        do {
            document = try JSONValue(parsing: message)
        } catch {
            throw MessageError(problem: "the message is not JSON: \(error)")
        }
        guard case .object(let object) = document else { throw MessageError(problem: "a message must be an object") }
        return object.members
    }

    static func string(_ member: JSONObject.Member) throws(MessageError) -> String {
        guard case .string(let value) = member.value else {
            throw MessageError(problem: "\(member.name) must be a string")
        }
        return value
    }

    static func flag(_ member: JSONObject.Member) throws(MessageError) -> Bool {
        guard case .bool(let value) = member.value else {
            throw MessageError(problem: "\(member.name) must be true or false")
        }
        return value
    }

    static func parameters(_ member: JSONObject.Member) throws(MessageError) -> JSONObject {
        switch member.value {
        case .object(let object): return object
        case .null: return [:]
        case .bool, .integer, .unsigned, .double, .string, .array:
            throw MessageError(problem: "parameters must be an object")
        }
    }

    static func unknownMember(_ name: String) -> MessageError {
        MessageError(problem: "a message has no member \(name)")
    }
}
