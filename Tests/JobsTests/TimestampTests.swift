import Foundation
import Jobs
import SeededRandom
import Testing

/// Instants and their text.
struct TimestampTests {
    static let table: [(String, Int64)] = [
        ("1970-01-01T00:00:00.000000000Z", 0),
        ("1970-01-01T00:00:00.000000001Z", 1),
        ("1969-12-31T23:59:59.999999999Z", -1),
        ("1969-12-31T00:00:00.000000000Z", -86_400_000_000_000),
        ("2026-11-22T09:51:00.123456789Z", 1_795_341_060_123_456_789),
        ("2000-02-29T00:00:00.000000000Z", 951_782_400_000_000_000),
        ("2024-02-29T23:59:59.000000000Z", 1_709_251_199_000_000_000),
        ("2100-03-01T00:00:00.000000000Z", 4_107_542_400_000_000_000),
        ("1900-03-01T00:00:00.000000000Z", -2_203_891_200_000_000_000),
        ("1999-12-31T23:59:59.999999999Z", 946_684_799_999_999_999),
        ("2262-04-11T23:47:16.854775807Z", .max),
        ("1677-09-21T00:12:43.145224192Z", .min),
    ]

    @Test("an instant is written, and read back", arguments: table)
    func bothWays(textAndNumber: (String, Int64)) {
        let (text, number) = textAndNumber
        #expect(Timestamp(nanoseconds: number).description == text)
        #expect(Timestamp(text) == Timestamp(nanoseconds: number))
        #expect(String(decoding: Timestamp(nanoseconds: number).rfc3339, as: UTF8.self) == text)
    }

    @Test("decimals may be few or absent")
    func decimals() {
        #expect(Timestamp("1970-01-01T00:00:01Z")?.nanoseconds == 1_000_000_000)
        #expect(Timestamp("1970-01-01T00:00:01.5Z")?.nanoseconds == 1_500_000_000)
        #expect(Timestamp("1970-01-01T00:00:01.000000005Z")?.nanoseconds == 1_000_000_005)
        #expect(Timestamp("1969-12-31T23:59:58.25Z")?.nanoseconds == -1_750_000_000)
    }

    @Test(
        "what is no time in UTC is not read",
        arguments: [
            "", "Z", "2026", "2026-11-22", "2026-11-22T09:51:00", "2026-11-22 09:51:00Z", "2026-11-22T09:51:00z",
            "2026-11-22t09:51:00Z", "2026-11-22T09:51Z", "2026-11-22T09:51:00+00:00", "2026-11-22T09:51:00.Z",
            "2026-11-22T09:51:00.1234567890Z", "2026-11-22T09:51:00,5Z", "26-11-22T09:51:00Z", "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-32T00:00:00Z", "2026-01-01T24:00:00Z",
            "2026-01-01T00:60:00Z", "2026-01-01T00:00:61Z", " 2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z ",
            "+026-01-01T00:00:00Z", "2026-1-01T00:00:00Z", "٢٠٢٦-01-01T00:00:00Z", "1600-01-01T00:00:00Z",
            "2300-01-01T00:00:00Z", "0000-01-01T00:00:00Z", "2262-04-11T23:47:16.854775808Z",
            "1677-09-21T00:12:43.145224191Z",
        ])
    func refused(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test(
        "a day that the month does not have is not read",
        arguments: ["2026-02-29", "2026-02-30", "2100-02-29", "2024-02-30", "2026-04-31", "2026-06-31", "2026-11-31"])
    func noSuchDay(day: String) {
        #expect(Timestamp("\(day)T00:00:00Z") == nil)
    }

    @Test("a sample over all years is as Foundation says, both ways")
    func asFoundation() throws {
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withInternetDateTime]
        var random = SeededRandom(seed: 20_261_122)
        for _ in 0..<2_000 {
            let seconds = Int64.random(in: -9_223_372_036...9_223_372_035, using: &random)
            let fraction = Int64.random(in: 0..<1_000_000_000, using: &random)
            let time = Timestamp(nanoseconds: seconds * 1_000_000_000 + fraction)
            let known = formatter.string(from: Date(timeIntervalSince1970: Double(seconds)))
            let decimals = String(fraction + 1_000_000_000).dropFirst()
            // Before 1582 Foundation would count by another calendar; all of these are after it.
            #expect(time.description == "\(known.dropLast()).\(decimals)Z")
            #expect(Timestamp(time.description) == time)
        }
    }

    @Test("adding stops at the end of time, and a difference is what was added")
    func arithmetic() {
        let start = Timestamp(nanoseconds: 100)
        #expect(start + .nanoseconds(5) == Timestamp(nanoseconds: 105))
        #expect(start + .seconds(-1) == Timestamp(nanoseconds: -999_999_900))
        #expect(start + .seconds(Int64.max) == Timestamp(nanoseconds: .max))
        #expect(Timestamp(nanoseconds: .max) + .nanoseconds(1) == Timestamp(nanoseconds: .max))
        #expect(Timestamp(nanoseconds: 105) - start == .nanoseconds(5))
        #expect(start - Timestamp(nanoseconds: 105) == .nanoseconds(-5))
        #expect(start < Timestamp(nanoseconds: 101))
    }
}
