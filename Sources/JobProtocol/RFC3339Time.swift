package import Jobs

/// A time with an offset from UTC, as RFC 3339 writes it: `2026-12-24T18:00:00+01:00`.
package struct RFC3339Time: Hashable, Sendable {
    package let instant: Timestamp

    /// Reads a time; `nil` where it is none, or where `Timestamp` cannot hold it.
    ///
    /// RFC 3339 lets `T` and `Z` be small letters, and a space stand for the `T`.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard let offset = Self.offset(bytes), bytes.count > offset.length else { return nil }
        var local = Array(bytes.dropLast(offset.length))
        guard local.count >= Self.secondsLength else { return nil }
        guard [UInt8(ascii: "T"), UInt8(ascii: "t"), UInt8(ascii: " ")].contains(local[Self.dayLength]) else {
            return nil
        }
        local[Self.dayLength] = UInt8(ascii: "T")
        guard let asIfUTC = Timestamp(String(decoding: local, as: UTF8.self) + "Z"), asIfUTC >= Self.earliest else {
            return nil
        }
        let (nanoseconds, overflow) = asIfUTC.nanoseconds.subtractingReportingOverflow(
            Int64(offset.minutes) * 60_000_000_000)
        guard !overflow else { return nil }
        instant = Timestamp(nanoseconds: nanoseconds)
    }

    /// `2026-12-24`.
    private static let dayLength = 10
    /// `2026-12-24T18:00:00`.
    private static let secondsLength = 19

    /// The first year that is there as a whole, so that any offset can be taken off.
    private static let earliest = Timestamp(nanoseconds: -9_214_560_000_000_000_000)

    /// The offset at the end: `Z`, `+01:00`.
    private static func offset(_ bytes: [UInt8]) -> (minutes: Int, length: Int)? {
        guard let last = bytes.last else { return nil }
        if last == UInt8(ascii: "Z") || last == UInt8(ascii: "z") { return (0, 1) }
        let tail = Array(bytes.suffix(6))
        guard tail.count == 6, tail[3] == UInt8(ascii: ":"),
            tail[0] == UInt8(ascii: "+") || tail[0] == UInt8(ascii: "-"),
            let hours = number(tail[1], tail[2]), hours < 24, let minutes = number(tail[4], tail[5]), minutes < 60
        else { return nil }
        let sum = hours * 60 + minutes
        return (tail[0] == UInt8(ascii: "-") ? -sum : sum, 6)
    }

    private static func number(_ tens: UInt8, _ ones: UInt8) -> Int? {
        guard (48...57).contains(tens), (48...57).contains(ones) else { return nil }
        return Int(tens - 48) * 10 + Int(ones - 48)
    }
}
