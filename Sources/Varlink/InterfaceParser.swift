/// Reads the definition of an interface (https://varlink.org/Interface-Definition).
struct InterfaceParser {
    private(set) var name = ""
    private(set) var documentation = ""
    private(set) var declarations: [InterfaceDescription.Declaration] = []

    private var words: InterfaceLexer
    /// The types that are used and where, to be looked up when all are known.
    private var references: [(name: String, line: Int)] = []

    init(_ text: String) {
        words = InterfaceLexer(text)
    }

    mutating func parse() throws(InterfaceSyntaxError) {
        try words.advance()
        documentation = words.comment
        try expect("interface")
        name = words.current
        guard Self.isInterfaceName(name) else { throw expected("the interface's name, as in org.example.Things") }
        try words.advance()
        while !words.isAtEnd { try declaration() }
        let types = declarations.filter { $0.kind == .type }.map(\.name)
        for reference in references where !types.contains(reference.name) {
            throw InterfaceSyntaxError(line: reference.line, problem: "the type \(reference.name) is not declared")
        }
    }

    private mutating func declaration() throws(InterfaceSyntaxError) {
        let documentation = words.comment
        guard let kind = InterfaceDescription.Declaration.Kind(rawValue: words.current) else {
            throw expected("type, method or error")
        }
        try words.advance()
        let name = words.current
        guard Self.isDeclaredName(name) else { throw expected("a name of letters and digits with a capital first") }
        guard !declarations.contains(where: { $0.name == name }) else {
            throw InterfaceSyntaxError(line: words.line, problem: "\(name) is declared twice")
        }
        try words.advance()
        declarations.append(.init(kind: kind, name: name, documentation: documentation))
        switch kind {
        case .type: try structureOrEnumeration()
        case .error: try structure()
        case .method:
            try structure()
            try expect("->")
            try structure()
        }
    }

    private mutating func structure() throws(InterfaceSyntaxError) {
        guard try fields() != .enumeration else { throw expected("a colon and a type") }
    }

    private mutating func structureOrEnumeration() throws(InterfaceSyntaxError) {
        _ = try fields()
    }

    private enum Shape {
        case empty
        case structure
        case enumeration
    }

    /// Reads what stands in parentheses: fields with types, or values of an enumeration.
    private mutating func fields() throws(InterfaceSyntaxError) -> Shape {
        try expect("(")
        var names: Set<String> = []
        var shape = Shape.empty
        while shape == .empty ? words.current != ")" : true {
            let name = words.current
            guard Self.isFieldName(name) else {
                throw expected("a field's name (letters, digits and single underscores inside)")
            }
            guard names.insert(name).inserted else {
                throw InterfaceSyntaxError(line: words.line, problem: "the field \(name) is there twice")
            }
            try words.advance()
            if shape == .empty { shape = words.current == ":" ? .structure : .enumeration }
            if shape == .structure {
                try expect(":")
                try type()
            }
            guard words.current == "," else { break }
            try words.advance()
        }
        try expect(")")
        return shape
    }

    private mutating func type(mayBeOptional: Bool = true) throws(InterfaceSyntaxError) {
        switch words.current {
        case "?":
            guard mayBeOptional else { throw expected("a type that is not nullable twice") }
            try words.advance()
            try type(mayBeOptional: false)
        case "[":
            try words.advance()
            if words.current == "string" { try words.advance() }
            try expect("]")
            try type()
        case "(": try structureOrEnumeration()
        case "bool", "int", "float", "string", "object": try words.advance()
        case let name where Self.isDeclaredName(name):
            references.append((name, words.line))
            try words.advance()
        default: throw expected("a type")
        }
    }

    private mutating func expect(_ word: String) throws(InterfaceSyntaxError) {
        guard words.current == word else { throw expected(word) }
        try words.advance()
    }

    private func expected(_ what: String) -> InterfaceSyntaxError {
        let found = words.isAtEnd ? "the end" : words.current
        return InterfaceSyntaxError(line: words.line, problem: "expected \(what), found \(found)")
    }
}

/// The shapes of names.
extension InterfaceParser {
    private static func isInterfaceName(_ name: String) -> Bool {
        let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard labels.count >= 2, let first = name.utf8.first, isLetter(first) else { return false }
        return labels.allSatisfy { label in
            guard let first = label.first, let last = label.last else { return false }
            return isAlphanumeric(first) && isAlphanumeric(last)
                && label.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
        }
    }

    private static func isDeclaredName(_ name: String) -> Bool {
        guard let first = name.utf8.first, UInt8(ascii: "A")...UInt8(ascii: "Z") ~= first else { return false }
        return name.utf8.allSatisfy(isAlphanumeric)
    }

    private static func isFieldName(_ name: String) -> Bool {
        guard let first = name.utf8.first, isLetter(first) else { return false }
        return name.utf8.split(separator: UInt8(ascii: "_"), omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && part.allSatisfy(isAlphanumeric)
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isLetter(byte) || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
    }
}
