extension JSONValue: CustomStringConvertible {
    /// The document as bytes: no white space, members in their order, only what must be escaped escaped.
    ///
    /// A zero byte never comes out, so the bytes can be framed by one. A number that is not finite, for which JSON has
    /// no form, is written as null.
    public var serialized: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        serialize(into: &bytes)
        return bytes
    }

    /// Appends ``serialized`` to `bytes`.
    public func serialize(into bytes: inout [UInt8]) {
        switch self {
        case .null: bytes.append(contentsOf: StaticString("null").bytes)
        case .bool(true): bytes.append(contentsOf: StaticString("true").bytes)
        case .bool(false): bytes.append(contentsOf: StaticString("false").bytes)
        case .integer(let value): bytes.appendDecimal(value.magnitude, isNegative: value < 0)
        case .unsigned(let value): bytes.appendDecimal(value, isNegative: false)
        case .double(let value) where !value.isFinite: bytes.append(contentsOf: StaticString("null").bytes)
        case .double(let value): bytes.append(contentsOf: value.description.utf8)
        case .string(let value): bytes.appendJSONString(value)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            var isFirst = true
            for element in elements {
                if !isFirst { bytes.append(UInt8(ascii: ",")) }
                isFirst = false
                element.serialize(into: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let object): object.serialize(into: &bytes)
        }
    }

    /// The document as text.
    public var description: String { String(decoding: serialized, as: UTF8.self) }
}

extension JSONObject: CustomStringConvertible {
    /// Appends the object as bytes; see ``JSONValue/serialized``.
    public func serialize(into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "{"))
        var isFirst = true
        for member in members {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            bytes.appendJSONString(member.name)
            bytes.append(UInt8(ascii: ":"))
            member.value.serialize(into: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    /// The document as text.
    public var description: String { JSONValue.object(self).description }
}

extension StaticString {
    /// The text's bytes.
    var bytes: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount)
    }
}

extension [UInt8] {
    /// Appends the digits of a number.
    mutating func appendDecimal(_ magnitude: UInt64, isNegative: Bool) {
        if isNegative { append(UInt8(ascii: "-")) }
        let mostDigits = 20
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: mostDigits) { digits in
            var first = mostDigits
            var rest = magnitude
            repeat {
                first -= 1
                digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            append(contentsOf: UnsafeBufferPointer(rebasing: digits[first...]))
        }
    }

    /// Appends a string in quotes.
    mutating func appendJSONString(_ string: String) {
        append(UInt8(ascii: "\""))
        var string = string
        string.withUTF8 { utf8 in
            var plain = 0
            for index in 0..<utf8.count where Self.needsEscape(utf8[index]) {
                append(contentsOf: UnsafeBufferPointer(rebasing: utf8[plain..<index]))
                appendEscape(utf8[index])
                plain = index + 1
            }
            append(contentsOf: UnsafeBufferPointer(rebasing: utf8[plain...]))
        }
        append(UInt8(ascii: "\""))
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func appendEscape(_ byte: UInt8) {
        append(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: append(UInt8(ascii: "b"))
        case 0x09: append(UInt8(ascii: "t"))
        case 0x0A: append(UInt8(ascii: "n"))
        case 0x0C: append(UInt8(ascii: "f"))
        case 0x0D: append(UInt8(ascii: "r"))
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): append(byte)
        default:
            let digits = StaticString("0123456789abcdef").bytes
            append(contentsOf: StaticString("u00").bytes)
            append(digits[Int(byte >> 4)])
            append(digits[Int(byte & 0x0F)])
        }
    }
}
