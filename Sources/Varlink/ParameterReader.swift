/// Reads an object's members one by one and then sees that there are no others.
///
///     let (name, count) = try parameters.read { reader throws(ParameterError) in
///         (try reader.required("name").string(), try reader.optional("count")?.integer(in: 1...100) ?? 1)
///     }
public struct ParameterReader {
    /// What to do about members that nobody asked for.
    public enum UnknownMembers: Sendable {
        /// Refuse them, as a service does with the parameters of a call.
        case refused
        /// Let them be, as a client does with replies: a newer service may say more.
        case ignored
    }

    private let members: [JSONObject.Member]
    private let unknownMembers: UnknownMembers
    private var isRead: [Bool]
    /// Most objects have few of the members that they could: with the last one read, nothing is looked for any more.
    private var unread: Int

    fileprivate init(_ object: JSONObject, _ unknownMembers: UnknownMembers) {
        members = object.members
        self.unknownMembers = unknownMembers
        isRead = Array(repeating: false, count: object.count)
        unread = object.count
    }

    /// The member of that name.
    ///
    /// - Throws: ``ParameterError`` if it is missing or null.
    public mutating func required(_ name: String) throws(ParameterError) -> Parameter {
        if let parameter = optional(name) { return parameter }
        throw ParameterError(path: name, problem: "is missing", kind: .shape)
    }

    /// The member of that name, or nil if it is missing or null, or was read before.
    public mutating func optional(_ name: String) -> Parameter? {
        guard unread > 0 else { return nil }
        for index in members.indices where !isRead[index] && members[index].name == name {
            isRead[index] = true
            unread -= 1
            if case .null = members[index].value { return nil }
            return Parameter(.member(name), members[index].value, unknownMembers)
        }
        return nil
    }

    /// Whether there are members that were not read.
    ///
    /// Where there are none, what is optional need not be asked for.
    public var hasMore: Bool { unread > 0 }

    fileprivate func finish() throws(ParameterError) {
        guard case .refused = unknownMembers, unread > 0, let index = isRead.firstIndex(of: false) else { return }
        throw ParameterError(path: members[index].name, problem: "is not known here", kind: .shape)
    }
}

extension JSONObject {
    /// Reads the members through `body`.
    ///
    /// - Throws: ``ParameterError`` from `body`, or for a member that `body` did not ask for.
    public func read<Result>(
        unknownMembers: ParameterReader.UnknownMembers = .refused,
        _ body: (inout ParameterReader) throws(ParameterError) -> Result
    ) throws(ParameterError) -> Result {
        var reader = ParameterReader(self, unknownMembers)
        let result = try body(&reader)
        try reader.finish()
        return result
    }
}
