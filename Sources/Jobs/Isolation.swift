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

    /// Reads `NAME=VALUE`; `nil` where the name is no name of a property.
    package init?(_ text: String) {
        guard let equals = text.firstIndex(of: "=") else { return nil }
        name = String(text[..<equals])
        value = String(text[text.index(after: equals)...])
        let isName = name.utf8.allSatisfy(Self.isLetterOrDigit)
        let isOneLine = !value.utf8.contains(0) && !value.utf8.contains(UInt8(ascii: "\n"))
        guard !name.isEmpty, isName, isOneLine else { return nil }
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
