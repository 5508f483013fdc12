/// A job's number: positive, given out in order, and never given out again.
package struct JobID: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
    package let rawValue: Int64

    package init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    package static func < (left: JobID, right: JobID) -> Bool { left.rawValue < right.rawValue }

    package var description: String { "\(rawValue)" }
}
