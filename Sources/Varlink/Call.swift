/// A method call as it goes over the wire.
public struct Call: Sendable, Equatable {
    /// What kind of answer the caller takes.
    public enum Mode: Sendable, Equatable {
        /// One reply.
        case single
        /// Any number of replies, of which all but the last say that more follow.
        case more
        /// None, not even an error.
        case oneway
    }

    /// The qualified name, `interface.Method`.
    public let method: String
    /// The parameters; absent ones and null ones are empty.
    public let parameters: JSONObject
    /// What kind of answer the caller takes.
    public let mode: Mode
    /// Whether the caller wants the connection for itself after the reply.
    public let upgrade: Bool

    /// A call.
    public init(method: String, parameters: JSONObject = [:], mode: Mode = .single, upgrade: Bool = false) {
        self.method = method
        self.parameters = parameters
        self.mode = mode
        self.upgrade = upgrade
    }
}

extension Call {
    /// Reads a message (without the zero byte behind it).
    ///
    /// As strict as systemd's peers: an unknown member, a flag that is not a truth value, `oneway` together with
    /// `more`, anything but an object, each is a broken message, after which the connection is not to be used any
    /// more.
    ///
    /// - Throws: ``MessageError``.
    public init(parsing message: Span<UInt8>) throws(MessageError) {
        var method: String?
        var parameters = JSONObject()
        var oneway = false
        var more = false
        var upgrade = false
        for member in try MessageError.members(of: message) {
            switch member.name {
            case "method": method = try MessageError.string(member)
            case "parameters": parameters = try MessageError.parameters(member)
            case "oneway": oneway = try MessageError.flag(member)
            case "more": more = try MessageError.flag(member)
            case "upgrade": upgrade = try MessageError.flag(member)
            default: throw MessageError.unknownMember(member.name)
            }
        }
        guard let method else { throw MessageError(problem: "a call needs a method") }
        guard !(oneway && more) else { throw MessageError(problem: "a call cannot be both oneway and more") }
        self.init(
            method: method, parameters: parameters, mode: oneway ? .oneway : more ? .more : .single, upgrade: upgrade)
    }

    /// Appends the message and the zero byte that ends it.
    public func serialize(into bytes: inout [UInt8]) {
        bytes.append(contentsOf: StaticString("{\"method\":").bytes)
        bytes.appendJSONString(method)
        if !parameters.isEmpty {
            bytes.append(contentsOf: StaticString(",\"parameters\":").bytes)
            parameters.serialize(into: &bytes)
        }
        switch mode {
        case .single: break
        case .more: bytes.append(contentsOf: StaticString(",\"more\":true").bytes)
        case .oneway: bytes.append(contentsOf: StaticString(",\"oneway\":true").bytes)
        }
        if upgrade { bytes.append(contentsOf: StaticString(",\"upgrade\":true").bytes) }
        bytes.append(contentsOf: StaticString("}\0").bytes)
    }
}
