internal import CSystemd

/// A message on its way to the bus or from it.
@safe
struct BusMessage: ~Copyable {
    private let message: OpaquePointer

    /// Takes over a reference.
    init(owning message: OpaquePointer) {
        unsafe self.message = message
    }

    deinit { unsafe sd_bus_message_unref(message) }

    /// For calls that borrow it.
    var pointer: OpaquePointer { unsafe message }

    // MARK: Writing

    borrowing func append(_ value: BusValue) throws(BusError) {
        switch value {
        case .boolean(let flag): try append(CInt(flag ? 1 : 0), as: value)
        case .byte(let number): try append(number, as: value)
        case .int16(let number): try append(number, as: value)
        case .uint16(let number): try append(number, as: value)
        case .int32(let number): try append(number, as: value)
        case .uint32(let number): try append(number, as: value)
        case .int64(let number): try append(number, as: value)
        case .uint64(let number): try append(number, as: value)
        case .double(let number): try append(number, as: value)
        case .descriptor(let number): try append(number, as: value)
        case .string(let text), .objectPath(let text), .signature(let text):
            let result = unsafe text.withCString {
                unsafe sd_bus_message_append_basic(message, CChar(value.basicType), $0)
            }
            try BusError.check("sd_bus_message_append_basic", result)
        case .array(let elements, let type): try append(elements, in: value, contents: type)
        case .structure(let fields):
            try append(fields, in: value, contents: fields.map(\.signatureText).joined())
        case .entry(let key, let content):
            try append([key, content], in: value, contents: key.signatureText + content.signatureText)
        case .variant(let content): try append([content], in: value, contents: content.signatureText)
        }
    }

    private borrowing func append<Number: BitwiseCopyable>(_ number: Number, as value: BusValue) throws(BusError) {
        let result = unsafe withUnsafePointer(to: number) {
            unsafe sd_bus_message_append_basic(message, CChar(value.basicType), $0)
        }
        try BusError.check("sd_bus_message_append_basic", result)
    }

    private borrowing func append(
        _ values: [BusValue], in container: BusValue, contents: String
    ) throws(BusError) {
        try BusError.check(
            "sd_bus_message_open_container",
            unsafe sd_bus_message_open_container(message, CChar(container.basicType), contents))
        for value in values { try append(value) }
        try BusError.check("sd_bus_message_close_container", unsafe sd_bus_message_close_container(message))
    }

    // MARK: Reading

    var path: String { unsafe Self.text(sd_bus_message_get_path(message)) }
    var member: String { unsafe Self.text(sd_bus_message_get_member(message)) }

    private static func text(_ text: UnsafePointer<CChar>?) -> String {
        if let text = unsafe text { unsafe String(cString: text) } else { "" }
    }

    /// All values from here to the end of the message, or of the container that was entered.
    borrowing func readAll() throws(BusError) -> [BusValue] {
        var values: [BusValue] = []
        while let value = try readNext() { values.append(value) }
        return values
    }

    private borrowing func readNext() throws(BusError) -> BusValue? {
        var type: CChar = 0
        var contents: UnsafePointer<CChar>?
        let found = try BusError.check(
            "sd_bus_message_peek_type", unsafe sd_bus_message_peek_type(message, &type, &contents))
        guard found > 0 else { return nil }
        let inner = unsafe Self.text(contents)
        switch UInt8(bitPattern: type) {
        case UInt8(ascii: "a"): return .array(try readContainer(type, inner), of: inner)
        case UInt8(ascii: "r"): return .structure(try readContainer(type, inner))
        case UInt8(ascii: "v"): return try readContainer(type, inner).first.map(BusValue.variant)
        case UInt8(ascii: "e"):
            let both = try readContainer(type, inner)
            return .entry(both[0], both[1])
        default: return try readBasic(type)
        }
    }

    private borrowing func readContainer(_ type: CChar, _ contents: String) throws(BusError) -> [BusValue] {
        try BusError.check(
            "sd_bus_message_enter_container", unsafe sd_bus_message_enter_container(message, type, contents))
        let values = try readAll()
        try BusError.check("sd_bus_message_exit_container", unsafe sd_bus_message_exit_container(message))
        return values
    }

    private borrowing func readBasic(_ type: CChar) throws(BusError) -> BusValue {
        switch UInt8(bitPattern: type) {
        case UInt8(ascii: "b"): return .boolean(try read(CInt(0), type) != 0)
        case UInt8(ascii: "y"): return .byte(try read(0, type))
        case UInt8(ascii: "n"): return .int16(try read(0, type))
        case UInt8(ascii: "q"): return .uint16(try read(0, type))
        case UInt8(ascii: "i"): return .int32(try read(0, type))
        case UInt8(ascii: "u"): return .uint32(try read(0, type))
        case UInt8(ascii: "x"): return .int64(try read(0, type))
        case UInt8(ascii: "t"): return .uint64(try read(0, type))
        case UInt8(ascii: "d"): return .double(try read(0, type))
        case UInt8(ascii: "h"): return .descriptor(try read(0, type))
        case UInt8(ascii: "o"): return .objectPath(try readText(type))
        case UInt8(ascii: "g"): return .signature(try readText(type))
        default: return .string(try readText(type))
        }
    }

    private borrowing func read<Number: BitwiseCopyable>(_ start: Number, _ type: CChar) throws(BusError) -> Number {
        var number = start
        try BusError.check(
            "sd_bus_message_read_basic", unsafe sd_bus_message_read_basic(message, type, &number))
        return number
    }

    private borrowing func readText(_ type: CChar) throws(BusError) -> String {
        var text: UnsafePointer<CChar>?
        try BusError.check("sd_bus_message_read_basic", unsafe sd_bus_message_read_basic(message, type, &text))
        return unsafe Self.text(text)
    }
}
