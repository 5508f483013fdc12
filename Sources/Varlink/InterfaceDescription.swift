/// A Varlink interface as its definition text describes it.
public struct InterfaceDescription: Sendable {
    /// A declaration.
    public struct Declaration: Sendable, Equatable {
        /// What is declared.
        public enum Kind: String, Sendable {
            case type
            case method
            case error
        }

        /// What is declared.
        public let kind: Kind
        /// Its name, without the interface's.
        public let name: String
        /// The comment right above it, without the `#` signs; empty if there is none.
        public let documentation: String
    }

    /// The name, `io.example.Things`.
    public let name: String
    /// The comment at the top, without the `#` signs; empty if there is none.
    public let documentation: String
    /// The definition text as it was given.
    public let text: String
    /// What is declared, in order.
    public let declarations: [Declaration]

    /// Reads a definition and holds it against the rules of the language: names, types, each name declared once,
    /// each type that is used declared.
    ///
    /// - Throws: ``InterfaceSyntaxError`` with the line and what was expected there.
    public init(_ text: String) throws(InterfaceSyntaxError) {
        var parser = InterfaceParser(text)
        try parser.parse()
        name = parser.name
        documentation = parser.documentation
        declarations = parser.declarations
        self.text = text
    }

    /// The names of the methods, in order.
    public var methodNames: [String] { names(.method) }

    /// The names of the errors, in order.
    public var errorNames: [String] { names(.error) }

    private func names(_ kind: Declaration.Kind) -> [String] {
        declarations.filter { $0.kind == kind }.map(\.name)
    }
}

/// Why a text is not the definition of an interface.
public struct InterfaceSyntaxError: Error, Equatable, CustomStringConvertible {
    /// The line, counted from 1.
    public let line: Int
    /// What is wrong there, as a sentence without its full stop.
    public let problem: String

    /// For people, in one line.
    public var description: String { "line \(line): \(problem)" }
}
