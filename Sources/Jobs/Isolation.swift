/// What an attempt runs as.
package enum Isolation: String, Hashable, Sendable, CaseIterable {
    /// A child of the daemon, in a cgroup of its own.
    case process
    /// A transient unit of systemd, which can be given any property of a unit.
    case unit
}

/// A property of a transient unit, as `systemd.exec(5)` and its neighbours name it: `ProtectHome=yes`.
package struct UnitProperty: Hashable, Sendable, CustomStringConvertible {
    package let name: String
    package let value: String

    /// Reads `NAME=VALUE`; `nil` where the name is no name of a property, or the value does not fit on a line.
    package init?(_ text: String) {
        guard let equals = text.firstIndex(of: "=") else { return nil }
        name = String(text[..<equals])
        value = String(text[text.index(after: equals)...])
        guard !name.isEmpty, name.utf8.allSatisfy(Self.isLetterOrDigit), Self.isOneLine(value) else { return nil }
    }

    /// Whether a text has no control character and no line or paragraph separator.
    ///
    /// systemd writes most texts of a transient unit into a file as they are and reads it again at the next reload. A
    /// line ends there at LF and at CR, and what follows is a setting of the unit, which systemd obeys as root.
    package static func isOneLine(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: false
            default: true
            }
        }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    package var description: String { "\(name)=\(value)" }
}
