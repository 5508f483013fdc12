/// A value of D-Bus, with its type.
///
/// D-Bus Specification, "Type System": each value has a type, and each type a signature of letters.
public indirect enum BusValue: Hashable, Sendable {
    case boolean(Bool)
    case byte(UInt8)
    case int16(Int16)
    case uint16(UInt16)
    case int32(Int32)
    case uint32(UInt32)
    case int64(Int64)
    case uint64(UInt64)
    case double(Double)
    case string(String)
    case objectPath(String)
    case signature(String)
    /// An open descriptor, which is duplicated into the message; in a reply it is only the message's number of it.
    case descriptor(CInt)
    /// Elements that all have the type with the signature `of`.
    case array([BusValue], of: String)
    case structure([BusValue])
    /// An element of an array that is a dictionary.
    case entry(BusValue, BusValue)
    /// A value that brings its type along.
    case variant(BusValue)

    /// The signature of its type.
    public var signatureText: String {
        switch self {
        case .array(_, let element): "a\(element)"
        case .structure(let fields): "(\(fields.map(\.signatureText).joined()))"
        case .entry(let key, let value): "{\(key.signatureText)\(value.signatureText)}"
        case .variant: "v"
        default: String(UnicodeScalar(basicType))
        }
    }

    /// An array of strings.
    public static func strings(_ texts: some Sequence<String>) -> BusValue { .array(texts.map(string), of: "s") }

    /// An array of bytes.
    public static func bytes(_ bytes: some Sequence<UInt8>) -> BusValue { .array(bytes.map(byte), of: "y") }

    /// The letter of a type that contains no other.
    var basicType: UInt8 {
        switch self {
        case .boolean: UInt8(ascii: "b")
        case .byte: UInt8(ascii: "y")
        case .int16: UInt8(ascii: "n")
        case .uint16: UInt8(ascii: "q")
        case .int32: UInt8(ascii: "i")
        case .uint32: UInt8(ascii: "u")
        case .int64: UInt8(ascii: "x")
        case .uint64: UInt8(ascii: "t")
        case .double: UInt8(ascii: "d")
        case .string: UInt8(ascii: "s")
        case .objectPath: UInt8(ascii: "o")
        case .signature: UInt8(ascii: "g")
        case .descriptor: UInt8(ascii: "h")
        case .array: UInt8(ascii: "a")
        case .structure: UInt8(ascii: "r")
        case .entry: UInt8(ascii: "e")
        case .variant: UInt8(ascii: "v")
        }
    }
}

extension BusValue {
    /// The text, where it is one.
    public var text: String? {
        switch self {
        case .string(let text), .objectPath(let text), .signature(let text): text
        default: nil
        }
    }

    /// The number, where it is one that is not negative.
    public var unsigned: UInt64? {
        switch self {
        case .byte(let number): UInt64(number)
        case .uint16(let number): UInt64(number)
        case .uint32(let number): UInt64(number)
        case .uint64(let number): number
        case .int16(let number): UInt64(exactly: number)
        case .int32(let number): UInt64(exactly: number)
        case .int64(let number): UInt64(exactly: number)
        default: nil
        }
    }

    /// What it consists of, where it is an array or a structure.
    public var elements: [BusValue]? {
        switch self {
        case .array(let elements, _), .structure(let elements): elements
        default: nil
        }
    }
}
