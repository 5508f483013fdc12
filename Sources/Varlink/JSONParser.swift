extension JSONValue {
    /// How deep arrays and objects may lie in one another.
    public static let maximumDepth = 64

    /// Reads a document: exactly one value with nothing but white space around it.
    ///
    /// Strict in all that RFC 8259 leaves open: the bytes must be valid UTF-8 (also what `\u` escapes spell), no
    /// object may have a name twice, nesting is bounded by ``maximumDepth``, numbers must fit a double. One pass over
    /// the bytes.
    ///
    /// - Throws: ``JSONSyntaxError`` with the offset and what is wrong there.
    public init(parsing bytes: Span<UInt8>) throws(JSONSyntaxError) {
        var parser = JSONParser()
        self = try parser.document(bytes)
    }

    /// Reads a document; see ``init(parsing:)-(Span<UInt8>)``.
    public init(parsing bytes: [UInt8]) throws(JSONSyntaxError) {
        try self.init(parsing: bytes.span)
    }

    /// Reads a document; see ``init(parsing:)-(Span<UInt8>)``.
    public init(parsing text: String) throws(JSONSyntaxError) {
        try self.init(parsing: Array(text.utf8))
    }
}

/// A cursor over the bytes of one document.
///
/// The bytes are handed to each function, because a value that holds a span cannot be written without experimental
/// features. A span checks its bounds in release builds too: this code reads what strangers send.
struct JSONParser {
    private(set) var position = 0
    private var depth = 0

    mutating func document(_ bytes: Span<UInt8>) throws(JSONSyntaxError) -> JSONValue {
        skipWhiteSpace(bytes)
        let value = try value(bytes)
        skipWhiteSpace(bytes)
        guard position == bytes.count else { throw error("there is something after the end of the document") }
        return value
    }

    private mutating func value(_ bytes: Span<UInt8>) throws(JSONSyntaxError) -> JSONValue {
        guard position < bytes.count else { throw error("a value is missing") }
        switch bytes[position] {
        case UInt8(ascii: "\""): return .string(try string(bytes))
        case UInt8(ascii: "{"): return .object(try object(bytes))
        case UInt8(ascii: "["): return .array(try array(bytes))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number(bytes)
        case UInt8(ascii: "t"): return try word("true", .bool(true), bytes)
        case UInt8(ascii: "f"): return try word("false", .bool(false), bytes)
        case UInt8(ascii: "n"): return try word("null", .null, bytes)
        default: throw error("no value begins with this byte")
        }
    }

    private mutating func word(
        _ word: StaticString, _ value: JSONValue, _ bytes: Span<UInt8>
    ) throws(JSONSyntaxError) -> JSONValue {
        let count = word.utf8CodeUnitCount
        var matches = bytes.count - position >= count
        for index in 0..<count where matches { matches = bytes[position + index] == word.utf8Start[index] }
        guard matches else { throw error("no value begins like this") }
        position += count
        return value
    }

    private mutating func array(_ bytes: Span<UInt8>) throws(JSONSyntaxError) -> [JSONValue] {
        try descend()
        var elements: [JSONValue] = []
        if try !closes(UInt8(ascii: "]"), bytes) {
            repeat {
                skipWhiteSpace(bytes)
                elements.append(try value(bytes))
            } while try continues(UInt8(ascii: "]"), "a comma or ] is missing in an array", bytes)
        }
        depth -= 1
        return elements
    }

    private mutating func object(_ bytes: Span<UInt8>) throws(JSONSyntaxError) -> JSONObject {
        try descend()
        var names = NameCheck()
        var members: [JSONObject.Member] = []
        if try !closes(UInt8(ascii: "}"), bytes) {
            repeat {
                skipWhiteSpace(bytes)
                let start = position
                guard start < bytes.count, bytes[start] == UInt8(ascii: "\"") else {
                    throw error("a member's name in quotes is missing")
                }
                let name = try string(bytes)
                guard names.isNew(name, among: members) else {
                    throw JSONSyntaxError(offset: start, problem: "the object has this name already")
                }
                skipWhiteSpace(bytes)
                guard position < bytes.count, bytes[position] == UInt8(ascii: ":") else {
                    throw error("a colon is missing after a member's name")
                }
                position += 1
                skipWhiteSpace(bytes)
                members.append(JSONObject.Member(name, try value(bytes)))
            } while try continues(UInt8(ascii: "}"), "a comma or } is missing in an object", bytes)
        }
        depth -= 1
        return JSONObject(uniqueMembers: members)
    }

    /// Steps over the opening bracket.
    private mutating func descend() throws(JSONSyntaxError) {
        guard depth < JSONValue.maximumDepth else {
            throw error("arrays and objects lie more than \(JSONValue.maximumDepth) deep in one another")
        }
        depth += 1
        position += 1
    }

    /// Steps over the closing bracket if it follows at once.
    private mutating func closes(_ bracket: UInt8, _ bytes: Span<UInt8>) throws(JSONSyntaxError) -> Bool {
        skipWhiteSpace(bytes)
        guard position < bytes.count, bytes[position] == bracket else { return false }
        position += 1
        return true
    }

    /// Steps over a comma (true) or the closing bracket (false).
    private mutating func continues(
        _ bracket: UInt8, _ problem: String, _ bytes: Span<UInt8>
    ) throws(JSONSyntaxError) -> Bool {
        skipWhiteSpace(bytes)
        guard position < bytes.count else { throw error(problem) }
        let byte = bytes[position]
        guard byte == UInt8(ascii: ",") || byte == bracket else { throw error(problem) }
        position += 1
        return byte == UInt8(ascii: ",")
    }

    private mutating func string(_ bytes: Span<UInt8>) throws(JSONSyntaxError) -> String {
        var parser = JSONStringParser(opening: position)
        let string = try parser.string(bytes)
        position = parser.position
        return string
    }

    private mutating func number(_ bytes: Span<UInt8>) throws(JSONSyntaxError) -> JSONValue {
        var parser = JSONNumberParser(start: position)
        let number = try parser.number(bytes)
        position = parser.position
        return number
    }

    private mutating func skipWhiteSpace(_ bytes: Span<UInt8>) {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    private func error(_ problem: String) -> JSONSyntaxError {
        JSONSyntaxError(offset: position, problem: problem)
    }
}

/// Notices a name that an object has already.
///
/// Names are compared by their bytes: Swift's own equality holds different spellings of one character for the same,
/// which two names of environment variables, say, are not.
private struct NameCheck {
    /// Up to here a walk along the members is quicker than hashing.
    private static let walkLimit = 16
    private var seen: Set<ByteName> = []

    mutating func isNew(_ name: String, among members: [JSONObject.Member]) -> Bool {
        if members.count < Self.walkLimit {
            return !members.contains { ByteName(text: $0.name) == ByteName(text: name) }
        }
        if seen.isEmpty {
            for member in members { seen.insert(ByteName(text: member.name)) }
        }
        return seen.insert(ByteName(text: name)).inserted
    }
}

private struct ByteName: Hashable {
    let text: String

    static func == (left: ByteName, right: ByteName) -> Bool {
        // Strings that differ for Swift differ in their bytes, and that comparison is a quick one.
        left.text == right.text && left.text.utf8.elementsEqual(right.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
