/// Writes JSON as it is said, without a ``JSONValue`` in between: for replies that are made by the thousand.
///
///     var writer = JSONWriter()
///     writer.object { writer in
///         writer.member("id", 7)
///         writer.array("jobs") { writer in writer.object { _ in } }
///     }
///
/// It gives the same bytes as ``JSONValue/serialized``. That each name occurs once is up to whoever writes.
public struct JSONWriter {
    /// What has been written.
    public private(set) var bytes: [UInt8]
    /// Whether nothing stands yet in the innermost object or array.
    private var isFirst = true

    /// A writer that has written nothing.
    public init() {
        bytes = []
    }

    /// A writer that goes on behind these bytes.
    init(appendingTo bytes: consuming [UInt8]) {
        self.bytes = bytes
    }

    /// Writes an object, as the document or as the next element of an array.
    public mutating func object(_ members: (inout JSONWriter) -> Void) {
        separate()
        enclose(UInt8(ascii: "{"), UInt8(ascii: "}"), members)
    }

    /// Writes a member that is an array, whose elements are what `elements` writes.
    public mutating func array(_ name: StaticString, _ elements: (inout JSONWriter) -> Void) {
        begin(name)
        enclose(UInt8(ascii: "["), UInt8(ascii: "]"), elements)
    }

    /// Writes a member that is a string.
    public mutating func member(_ name: StaticString, _ value: String) {
        begin(name)
        bytes.appendJSONString(value)
    }

    /// Writes a member that is an integer.
    public mutating func member(_ name: StaticString, _ value: Int64) {
        begin(name)
        bytes.appendDecimal(value.magnitude, isNegative: value < 0)
    }

    /// Writes a member that is a truth value.
    public mutating func member(_ name: StaticString, _ value: Bool) {
        begin(name)
        bytes.append(contentsOf: (value ? StaticString("true") : StaticString("false")).bytes)
    }

    /// Writes a member of any kind.
    public mutating func member(_ name: StaticString, _ value: JSONValue) {
        begin(name)
        value.serialize(into: &bytes)
    }

    private mutating func separate() {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
    }

    /// Writes a name, which must be one that needs no escapes.
    private mutating func begin(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: name.bytes)
        bytes.append(contentsOf: StaticString("\":").bytes)
    }

    private mutating func enclose(_ opening: UInt8, _ closing: UInt8, _ content: (inout JSONWriter) -> Void) {
        bytes.append(opening)
        isFirst = true
        content(&self)
        bytes.append(closing)
        isFirst = false
    }
}
