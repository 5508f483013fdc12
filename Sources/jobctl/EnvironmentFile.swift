/// A file of variables: `K=V`, `K="V"` or `K` a line; `#` begins a comment.
///
/// It is read byte by byte: as a character the sign or a quote can be one with what follows it.
enum EnvironmentFile {
    /// A variable.
    struct Entry: Equatable {
        /// Counted from 1.
        let line: Int
        let name: String
        /// `nil` passes on what the variable is here.
        let value: String?
    }

    /// What is wrong with a line.
    enum Problem: Error, Equatable {
        case notUTF8(line: Int)
        case noVariable(line: Int)
    }

    /// The variables in the order of the lines.
    static func entries(_ text: [UInt8]) throws(Problem) -> [Entry] {
        var entries: [Entry] = []
        for (index, line) in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            if let entry = try entry(line, number: index + 1) { entries.append(entry) }
        }
        return entries
    }

    /// `nil` for an empty line and a comment.
    private static func entry(_ bytes: ArraySlice<UInt8>, number: Int) throws(Problem) -> Entry? {
        guard String(validating: bytes, as: UTF8.self) != nil else { throw .notUTF8(line: number) }
        let end = bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes
        let line = end.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        guard let first = line.first, first != UInt8(ascii: "#") else { return nil }
        let name = line.prefix { $0 != UInt8(ascii: "=") }
        guard isName(name) else { throw .noVariable(line: number) }
        let value = name.endIndex == line.endIndex ? nil : unquoted(line[(name.endIndex + 1)...])
        return Entry(
            line: number, name: String(decoding: name, as: UTF8.self),
            value: value.map { String(decoding: $0, as: UTF8.self) })
    }

    /// Without the quotes that may stand around it.
    private static func unquoted(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard value.count >= 2, let quote = value.first, value.last == quote, "\"'".utf8.contains(quote) else {
            return value
        }
        return value.dropFirst().dropLast()
    }

    private static func isName(_ name: ArraySlice<UInt8>) -> Bool {
        guard let first = name.first, !isDigit(first) else { return false }
        return name.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
            default: isDigit(byte)
            }
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
}
