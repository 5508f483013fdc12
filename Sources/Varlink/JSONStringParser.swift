/// Reads one string of a document, from its opening quote on.
struct JSONStringParser {
    private(set) var position: Int
    private let opening: Int

    /// - Parameter opening: where the opening quote stands.
    init(opening: Int) {
        self.opening = opening
        position = opening + 1
    }

    /// The string; ``position`` is behind its closing quote then.
    mutating func string(_ bytes: Span<UInt8>) throws(JSONSyntaxError) -> String {
        let start = position
        let end = try plainEnd(bytes)
        if bytes[end] == UInt8(ascii: "\"") {
            position = end + 1
            do {
                return String(copying: try UTF8Span(validating: bytes.extracting(start..<end)))
            } catch {
                throw notUTF8(at: start + error.byteOffsets.lowerBound)
            }
        }
        return try escapedString(bytes, plain: start..<end)
    }

    /// Where the run of bytes that stand for themselves ends: at a quote or a backslash.
    private func plainEnd(_ bytes: Span<UInt8>) throws(JSONSyntaxError) -> Int {
        var index = position
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return index }
            guard byte >= 0x20 else {
                throw JSONSyntaxError(offset: index, problem: "a control character stands in a string unescaped")
            }
            index += 1
        }
        throw JSONSyntaxError(offset: opening, problem: "a string has no end")
    }

    private mutating func escapedString(
        _ bytes: Span<UInt8>, plain first: Range<Int>
    ) throws(JSONSyntaxError) -> String {
        var decoded: [UInt8] = []
        var plain = first
        while true {
            for index in plain { decoded.append(bytes[index]) }
            position = plain.upperBound + 1
            if bytes[plain.upperBound] == UInt8(ascii: "\"") { break }
            try escape(bytes, into: &decoded)
            plain = position..<(try plainEnd(bytes))
        }
        // Escapes and plain bytes may not complete one another to a character either, so the whole is checked.
        guard let string = String(validating: decoded, as: UTF8.self) else { throw notUTF8(at: opening) }
        return string
    }

    /// Reads what follows a backslash.
    private mutating func escape(_ bytes: Span<UInt8>, into decoded: inout [UInt8]) throws(JSONSyntaxError) {
        guard position < bytes.count else {
            throw JSONSyntaxError(offset: opening, problem: "a string has no end")
        }
        let letter = bytes[position]
        position += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): decoded.append(letter)
        case UInt8(ascii: "b"): decoded.append(0x08)
        case UInt8(ascii: "f"): decoded.append(0x0C)
        case UInt8(ascii: "n"): decoded.append(0x0A)
        case UInt8(ascii: "r"): decoded.append(0x0D)
        case UInt8(ascii: "t"): decoded.append(0x09)
        case UInt8(ascii: "u"): decoded.append(contentsOf: try scalar(bytes).utf8)
        default: throw JSONSyntaxError(offset: position - 1, problem: "no escape begins with this byte")
        }
    }

    /// Reads four hexadecimal digits, and the second half of a pair of surrogates where they are the first.
    private mutating func scalar(_ bytes: Span<UInt8>) throws(JSONSyntaxError) -> Unicode.Scalar {
        let start = position - 2
        let unit = try fourDigits(bytes)
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard unit < 0xDC00, bytes.count - position >= 6, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        else { throw JSONSyntaxError(offset: start, problem: "half of a surrogate pair stands alone") }
        position += 2
        let low = try fourDigits(bytes)
        guard 0xDC00...0xDFFF ~= low, let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
        else { throw JSONSyntaxError(offset: start, problem: "half of a surrogate pair stands alone") }
        return scalar
    }

    private mutating func fourDigits(_ bytes: Span<UInt8>) throws(JSONSyntaxError) -> UInt32 {
        var unit: UInt32 = 0
        for index in position..<position + 4 {
            guard index < bytes.count, let digit = Self.hexadecimal(bytes[index]) else {
                throw JSONSyntaxError(offset: index, problem: "\\u needs four hexadecimal digits")
            }
            unit = unit << 4 | digit
        }
        position += 4
        return unit
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    private func notUTF8(at offset: Int) -> JSONSyntaxError {
        JSONSyntaxError(offset: offset, problem: "a string is not valid UTF-8")
    }
}
