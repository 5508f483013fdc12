/// An instant of the wall clock, in nanoseconds since 1970-01-01T00:00:00Z.
package struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let nanoseconds: Int64

    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The instant `duration` later; at the end of time where that would be beyond it (the year 2262).
    package static func + (instant: Timestamp, duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflow2) = instant.nanoseconds.addingReportingOverflow(whole)
        guard !overflow, !overflow2 else { return Timestamp(nanoseconds: .max) }
        let (all, overflow3) = sum.addingReportingOverflow(attoseconds / 1_000_000_000)
        return Timestamp(nanoseconds: overflow3 ? .max : all)
    }

    package static func - (later: Timestamp, earlier: Timestamp) -> Duration {
        .nanoseconds(later.nanoseconds.subtractingReportingOverflow(earlier.nanoseconds).partialValue)
    }

    /// RFC 3339 in UTC with nanoseconds: `2026-11-22T09:51:00.123456789Z`.
    package var description: String { String(decoding: rfc3339, as: UTF8.self) }

    /// The bytes of `description`, for output files where every line carries one.
    package var rfc3339: [UInt8] {
        let (days, ofDay) = nanoseconds.flooredDivision(by: 86_400_000_000_000)
        let (year, month, day) = Self.civil(fromDays: days)
        let seconds = ofDay / 1_000_000_000
        var text: [UInt8] = []
        text.reserveCapacity(30)
        text.append(digits: year, width: 4)
        text.append(UInt8(ascii: "-"))
        text.append(digits: month, width: 2)
        text.append(UInt8(ascii: "-"))
        text.append(digits: day, width: 2)
        text.append(UInt8(ascii: "T"))
        text.append(digits: seconds / 3600, width: 2)
        text.append(UInt8(ascii: ":"))
        text.append(digits: seconds / 60 % 60, width: 2)
        text.append(UInt8(ascii: ":"))
        text.append(digits: seconds % 60, width: 2)
        text.append(UInt8(ascii: "."))
        text.append(digits: ofDay % 1_000_000_000, width: 9)
        text.append(UInt8(ascii: "Z"))
        return text
    }

    /// Reads what `description` writes, with any number of decimals up to nine; only UTC (`Z`).
    package init?(_ text: some StringProtocol) {
        var scanner = TimestampScanner(text)
        guard let year = scanner.number(4), scanner.skip("-"), let month = scanner.number(2), scanner.skip("-"),
            let day = scanner.number(2), scanner.skip("T"), let hour = scanner.number(2), scanner.skip(":"),
            let minute = scanner.number(2), scanner.skip(":"), let second = scanner.number(2),
            let fraction = scanner.fraction(), scanner.skip("Z"), scanner.isAtEnd,
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61,
            (1677...2262).contains(year)
        else { return nil }
        let days = Self.days(year: year, month: month, day: day)
        // A day that its month does not have comes back as another.
        guard Self.civil(fromDays: days) == (year, month, day) else { return nil }
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second
        // Wider than the result: at the beginning of time the whole seconds alone are out of its range.
        guard let nanoseconds = Int64(exactly: Int128(seconds) * 1_000_000_000 + Int128(fraction)) else { return nil }
        self.nanoseconds = nanoseconds
    }

    // Both conversions: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days and
    // days_from_civil. A year begins in March there, so that the leap day is its last.
    private static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = (days + 719_468).flooredDivision(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let (era, yearOfEra) = (month <= 2 ? year - 1 : year).flooredDivision(by: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}

/// Reads fixed-width decimal fields.
private struct TimestampScanner {
    private var rest: ArraySlice<UInt8>

    init(_ text: some StringProtocol) { rest = Array(text.utf8)[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    mutating func number(_ width: Int) -> Int64? {
        let digits = rest.prefix(width)
        guard digits.count == width, digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
        rest = rest.dropFirst(width)
        return digits.reduce(0) { $0 * 10 + Int64($1 - 48) }
    }

    /// Nanoseconds after an optional point; 0 where there is none.
    mutating func fraction() -> Int64? {
        guard skip(".") else { return 0 }
        let digits = rest.prefix { (48...57).contains($0) }
        guard (1...9).contains(digits.count) else { return nil }
        rest = rest.dropFirst(digits.count)
        let value = digits.reduce(0) { $0 * 10 + Int64($1 - 48) }
        return (digits.count..<9).reduce(value) { number, _ in number * 10 }
    }
}

extension Int64 {
    /// Quotient and remainder where the remainder is never negative.
    fileprivate func flooredDivision(by divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

extension [UInt8] {
    fileprivate mutating func append(digits number: Int64, width: Int) {
        var divisor = (1..<width).reduce(Int64(1)) { product, _ in product * 10 }
        while divisor > 0 {
            append(UInt8(48 + number / divisor % 10))
            divisor /= 10
        }
    }
}
