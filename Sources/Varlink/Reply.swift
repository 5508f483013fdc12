/// A reply as it goes over the wire.
public enum Reply: Sendable, Equatable {
    /// The last, usually only reply to a call.
    case final(JSONObject)
    /// A reply after which others follow.
    case continues(JSONObject)
    /// The call failed. Nothing follows.
    case error(VarlinkError)
}

extension Reply {
    /// Reads a message (without the zero byte behind it), as strictly as ``Call/init(parsing:)``.
    ///
    /// Absent and null parameters are empty; an error may have any name.
    ///
    /// - Throws: ``MessageError``.
    public init(parsing message: Span<UInt8>) throws(MessageError) {
        var parameters = JSONObject()
        var continues = false
        var error: String?
        for member in try MessageError.members(of: message) {
            switch member.name {
            case "parameters": parameters = try MessageError.parameters(member)
            case "continues": continues = try MessageError.flag(member)
            case "error": error = try MessageError.string(member)
            default: throw MessageError.unknownMember(member.name)
            }
        }
        switch (error, continues) {
        case (nil, false): self = .final(parameters)
        case (nil, true): self = .continues(parameters)
        case (let name?, false): self = .error(VarlinkError(name, parameters))
        case (_?, true): throw MessageError(problem: "a reply cannot both be an error and continue")
        }
    }

    /// Appends the message, and the zero byte that ends it, of a last reply with the parameters that `write` writes.
    public static func serializeFinal(into bytes: inout [UInt8], _ write: (inout JSONWriter) -> Void) {
        bytes.append(contentsOf: StaticString("{\"parameters\":").bytes)
        var writer = JSONWriter(appendingTo: bytes)
        bytes = []
        writer.object(write)
        bytes = writer.bytes
        bytes.append(contentsOf: StaticString("}\0").bytes)
    }

    /// Appends the message and the zero byte that ends it.
    public func serialize(into bytes: inout [UInt8]) {
        switch self {
        case .final(let parameters):
            bytes.append(contentsOf: StaticString("{\"parameters\":").bytes)
            parameters.serialize(into: &bytes)
        case .continues(let parameters):
            bytes.append(contentsOf: StaticString("{\"parameters\":").bytes)
            parameters.serialize(into: &bytes)
            bytes.append(contentsOf: StaticString(",\"continues\":true").bytes)
        case .error(let error):
            bytes.append(contentsOf: StaticString("{\"error\":").bytes)
            bytes.appendJSONString(error.name)
            bytes.append(contentsOf: StaticString(",\"parameters\":").bytes)
            error.parameters.serialize(into: &bytes)
        }
        bytes.append(contentsOf: StaticString("}\0").bytes)
    }
}
