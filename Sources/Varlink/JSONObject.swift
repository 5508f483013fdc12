/// A JSON object: members in the order they were put in, each name at most once.
///
/// Objects of the protocol have a handful of members, so looking one up goes through them one by one: for a few dozen
/// names that is quicker than hashing them, and it needs no second allocation.
public struct JSONObject: Sendable, Equatable {
    /// A name and its value.
    public struct Member: Sendable, Equatable {
        /// The name.
        public let name: String
        /// The value.
        public var value: JSONValue

        /// A member.
        public init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// The members in order.
    public private(set) var members: [Member]

    /// An object without members.
    public init() {
        members = []
    }

    /// An object without members that has room for so many.
    public init(minimumCapacity: Int) {
        members = []
        members.reserveCapacity(minimumCapacity)
    }

    /// An object with members whose names are known to differ.
    init(uniqueMembers: [Member]) {
        members = uniqueMembers
    }

    /// An object of strings, ordered by name.
    public init(_ strings: [String: String]) {
        members = strings.map { Member($0.key, .string($0.value)) }
        members.sort { $0.name < $1.name }
    }

    /// An object with these members, in this order.
    ///
    /// No name may occur twice: that is a fault of the program.
    init(_ elements: [(String, JSONValue)]) {
        self.init()
        members.reserveCapacity(elements.count)
        for (name, value) in elements {
            precondition(self[name] == nil, "the member \(name) is given twice")
            members.append(Member(name, value))
        }
    }

    /// The value of the first member of that name.
    ///
    /// Setting replaces it in its place or appends it; nil removes it.
    ///
    /// - Complexity: O(number of members).
    public subscript(name: String) -> JSONValue? {
        get {
            for member in members where member.name == name { return member.value }
            return nil
        }
        set {
            let index = members.firstIndex { $0.name == name }
            switch (index, newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append(Member(name, value))
            case (nil, nil): break
            }
        }
    }

    /// Appends a member that the object does not have yet, or nothing where the value is nil.
    ///
    /// The name is not looked for, so that building an object of n members costs O(n); a name given twice makes an
    /// object that peers refuse.
    public mutating func append(_ name: String, _ value: JSONValue?) {
        guard let value else { return }
        members.append(Member(name, value))
    }

    /// Whether there are no members.
    public var isEmpty: Bool { members.isEmpty }

    /// The number of members.
    public var count: Int { members.count }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// An object with these members, in this order.
    ///
    /// No name may occur twice.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init(elements)
    }
}
