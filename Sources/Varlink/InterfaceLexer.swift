/// Cuts the definition of an interface into words, signs and comments.
struct InterfaceLexer {
    /// The word or sign at hand; empty at the end.
    private(set) var current = ""
    /// The line it stands on, counted from 1.
    private(set) var line = 1
    /// The comment lines right above it.
    private(set) var comment = ""

    private var rest: Substring.UTF8View
    private var nextLine = 1

    init(_ text: String) {
        rest = text[...].utf8
    }

    /// Whether there is nothing more.
    var isAtEnd: Bool { current.isEmpty }

    /// Goes on to the next word or sign.
    mutating func advance() throws(InterfaceSyntaxError) {
        skipBlanks()
        line = nextLine
        guard let first = rest.first else {
            current = ""
            return
        }
        if Self.isWordByte(first) {
            current = take { Self.isWordByte($0) || $0 == UInt8(ascii: "-") }
        } else if rest.starts(with: "->".utf8) {
            current = "->"
            rest = rest.dropFirst(2)
        } else if "():,?[]".utf8.contains(first) {
            current = String(UnicodeScalar(first))
            rest = rest.dropFirst()
        } else {
            throw InterfaceSyntaxError(line: line, problem: "this character has no meaning here")
        }
    }

    /// Skips white space, and collects comments; an empty line parts a comment from what follows.
    private mutating func skipBlanks() {
        var lines: [String] = []
        var isLineEmpty = false
        while let byte = rest.first {
            switch byte {
            case UInt8(ascii: "#"):
                let text = take { $0 != UInt8(ascii: "\n") }.dropFirst()
                lines.append(String(text.first == " " ? text.dropFirst() : text))
                if !rest.isEmpty { startLine() }
                isLineEmpty = true
            case UInt8(ascii: "\n"):
                if isLineEmpty { lines = [] }
                startLine()
                isLineEmpty = true
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
                rest = rest.dropFirst()
            default:
                comment = lines.joined(separator: "\n")
                return
            }
        }
        comment = lines.joined(separator: "\n")
    }

    /// Steps over a line's end.
    private mutating func startLine() {
        rest = rest.dropFirst()
        nextLine += 1
    }

    private mutating func take(while condition: (UInt8) -> Bool) -> String {
        let taken = rest.prefix(while: condition)
        rest = rest[taken.endIndex...]
        return String(decoding: taken, as: UTF8.self)
    }

    /// What a word begins with and goes on with; inside it may also have hyphens.
    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
