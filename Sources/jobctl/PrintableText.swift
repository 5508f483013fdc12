/// Text that others chose, made fit for a terminal: what it shows cannot move the cursor, change colours or hide.
enum PrintableText {
    /// Control characters, line separators, and the marks that turn the direction of writing become escapes.
    static func escaped(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isHarmful) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            if isHarmful(scalar) { result += escape(scalar) } else { result.unicodeScalars.append(scalar) }
        }
        return result
    }

    /// The same for a line of bytes: a tab stays, and bytes that are no UTF-8 become escapes.
    static func escaped(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        let tab = UInt8(ascii: "\t")
        if bytes.allSatisfy({ (0x20..<0x7F).contains($0) || $0 == tab }) { return Array(bytes) }
        var result: [UInt8] = []
        var parser = Unicode.UTF8.ForwardParser()
        var input = bytes.makeIterator()
        var place = bytes.startIndex
        while true {
            switch parser.parseScalar(from: &input) {
            case .valid(let encoded):
                let scalar = UTF8.decode(encoded)
                if scalar != "\t", isHarmful(scalar) { result += escape(scalar).utf8 } else { result += encoded }
                place += encoded.count
            case .error(let length):
                for byte in bytes[place..<(place + length)] {
                    result += "\\x\(hexadecimal(Unicode.Scalar(byte), 2))".utf8
                }
                place += length
            case .emptyInput: return result
            }
        }
    }

    static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
        if (0x20..<0x7F).contains(scalar.value) { return false }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate:
            // Joins the parts of emoji and of some scripts' letters.
            return scalar != "\u{200D}"
        default: return false
        }
    }

    static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": "\\n"
        case "\t": "\\t"
        case "\r": "\\r"
        case "\u{1B}": "\\e"
        default: scalar.value < 0x80 ? "\\x" + hexadecimal(scalar, 2) : "\\u" + hexadecimal(scalar, 4)
        }
    }

    private static func hexadecimal(_ scalar: Unicode.Scalar, _ width: Int) -> String {
        let digits = String(scalar.value, radix: 16)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// The columns that a terminal gives to the text.
    static func width(_ text: String) -> Int { text.reduce(0) { $0 + width($1) } }

    /// Wide characters take two columns: the blocks of Unicode's East Asian Width that people meet, and emoji.
    private static func width(_ character: Character) -> Int {
        guard let scalar = character.unicodeScalars.first, scalar.value >= 0x1100 else { return 1 }
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF,
            0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }

    /// Cut to at most so many columns, with an ellipsis where something is missing.
    static func cut(_ text: String, to columns: Int) -> String {
        guard width(text) > columns else { return text }
        var result = ""
        var used = 0
        for character in text {
            used += width(character)
            // One column is the ellipsis's.
            guard used < columns else { break }
            result.append(character)
        }
        return columns > 0 ? result + "…" : ""
    }
}
