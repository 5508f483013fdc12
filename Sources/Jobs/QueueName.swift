/// The name of a queue: 1 to 64 letters, digits, `.`, `_` or `-`, the first a letter or digit.
package struct QueueName: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let text: String

    /// Checks a name; `nil` when it is not one.
    package init?(_ text: String) {
        let bytes = text.utf8
        guard (1...Limits.queueNameLength).contains(bytes.count), let first = bytes.first, Self.isAlphanumeric(first),
            bytes.allSatisfy({
                Self.isAlphanumeric($0) || [UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-")].contains($0)
            })
        else { return nil }
        self.text = text
    }

    private init(known text: String) { self.text = text }

    /// Where a job goes that names no queue.
    package static let `default` = QueueName(known: "default")

    /// What a name may look like, for messages.
    package static let rule =
        "1 to \(Limits.queueNameLength) letters, digits, '.', '_' or '-', beginning with a letter or digit"

    package static func < (left: QueueName, right: QueueName) -> Bool { left.text < right.text }

    package var description: String { text }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
