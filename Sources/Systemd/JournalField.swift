/// One field of a journal entry: a checked name and any bytes.
///
/// Encoded once as `NAME=value`; a field that many entries share is worth keeping.
public struct JournalField: Hashable, Sendable {
    /// The name of a journal field: 1 to 64 of A-Z, 0-9 and _, beginning with a letter.
    ///
    /// The journal drops fields of any other name without a word, and takes a leading underscore for its own
    /// (`journal_field_valid` in systemd's journal-util).
    public struct Name: Hashable, Sendable, CustomStringConvertible {
        /// The longest name that the journal takes, in bytes.
        public static let longest = 64

        /// The name itself.
        public let description: String

        /// Throws: `SystemdError.invalidFieldName`.
        public init(_ name: String) throws(SystemdError) {
            guard Self.isValid(name.utf8) else { throw .invalidFieldName(name) }
            description = name
        }

        private init(known: StaticString) { description = "\(known)" }

        /// The text that people read.
        public static let message = Name(known: "MESSAGE")
        /// How urgent the entry is: 0 (emergency) to 7 (debug).
        public static let priority = Name(known: "PRIORITY")
        /// A 128-bit id in hexadecimal for the kind of event.
        public static let messageID = Name(known: "MESSAGE_ID")
        /// The short name that stands before the message.
        public static let syslogIdentifier = Name(known: "SYSLOG_IDENTIFIER")

        private static func isValid(_ name: String.UTF8View) -> Bool {
            guard (1...longest).contains(name.count), let first = name.first else { return false }
            return isLetter(first) && name.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "_") }
        }

        private static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) }
        private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    }

    /// `NAME=value`, as libsystemd takes it.
    let encoded: [UInt8]

    /// A field of any bytes, newlines and NUL included.
    public init(_ name: Name, _ value: some Collection<UInt8>) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(name.description.utf8.count + 1 + value.count)
        bytes.append(contentsOf: name.description.utf8)
        bytes.append(UInt8(ascii: "="))
        bytes.append(contentsOf: value)
        encoded = bytes
    }

    /// A field of text.
    public init(_ name: Name, _ text: String) {
        self.init(name, text.utf8)
    }

    /// A number in decimal.
    public init(_ name: Name, _ number: some BinaryInteger) {
        self.init(name, String(number).utf8)
    }
}
