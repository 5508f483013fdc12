/// What identifies bytes that are kept apart from a job's spec, without telling them: equal for equal bytes, and of use
/// only to who has the store's key.
package struct Fingerprint: Hashable, Sendable, CustomStringConvertible {
    /// 32 hexadecimal digits.
    package let description: String

    package static let length = 16

    package init(_ bytes: some Sequence<UInt8>) {
        description = bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.utf8.count == 1 ? "0\(digits)" : digits
        }.joined()
    }

    /// Reads what ``description`` wrote.
    package init?(_ text: some StringProtocol) {
        let isHexadecimal = text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        guard text.utf8.count == 2 * Self.length, isHexadecimal else { return nil }
        description = String(text)
    }
}

/// The name of a secret, and of the file in which the job finds it.
package struct SecretName: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let description: String

    /// `nil` unless it has 1 to 64 letters, digits, `.`, `_` or `-`, and does not begin with a dot.
    package init?(_ text: String) {
        let isGood = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard isGood, (1...Self.maxLength).contains(text.utf8.count), !text.hasPrefix(".") else { return nil }
        description = text
    }

    package static let maxLength = 64

    package static let rule = "from 1 to 64 letters, digits, '.', '_' or '-', and no dot first"

    package static func < (one: SecretName, other: SecretName) -> Bool { one.description < other.description }
}
