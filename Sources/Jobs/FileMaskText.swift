/// A umask as people write it: octal.
package enum FileMaskText {
    package static let rule = "an octal number from 0 to 777, like 027"

    /// `027`.
    package static func text(_ mask: UInt32) -> String {
        let digits = String(mask, radix: 8)
        return String(repeating: "0", count: max(0, 3 - digits.utf8.count)) + digits
    }

    /// Reads what ``text(_:)`` wrote, with any number of zeros before it; `nil` for anything else.
    package static func mask(_ text: String) -> UInt32? {
        guard (1...8).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x37).contains($0) }),
            let mask = UInt32(text, radix: 8), Surroundings.fileMaskRange.contains(mask)
        else { return nil }
        return mask
    }
}
