import Jobs
import Testing

@testable import jobctl

@Suite("Times that have passed")
struct PastTimeTextTests {
    private func local(_ text: String) throws -> Timestamp {
        // A date names its instant whatever now is.
        try #require(WhenText.instant(text, now: Timestamp(nanoseconds: 0)))
    }

    @Test(
        "the words of other times, looking back",
        arguments: [
            ("16:30", "2026-11-22 16:30"), ("12:00", "2026-11-23 12:00"), ("12:01", "2026-11-22 12:01"),
            ("today", "2026-11-23"), ("today 09:00", "2026-11-23 9:00"), ("yesterday", "2026-11-22"),
            ("yesterday 16:30", "2026-11-22 16:30"), ("mon 9:00", "2026-11-23 9:00"), ("mon 13:00", "2026-11-16 13:00"),
            ("tuesday", "2026-11-17"), ("sun 23:59", "2026-11-22 23:59"), ("2026-01-02 3:04", "2026-01-02 3:04"),
        ])
    func words(textAndMeant: (text: String, meant: String)) throws {
        // A Monday.
        let now = try local("2026-11-23 12:00") + .seconds(1)
        #expect(PastTimeText.instant(textAndMeant.text, now: now) == (try local(textAndMeant.meant)))
    }

    @Test("a span is so long ago", arguments: ["90min", "-90min", "90min ago", "1h 30min ago", "1h30min"])
    func spans(text: String) {
        let now = Timestamp(nanoseconds: 1_795_000_000_000_000_000)
        #expect(PastTimeText.instant(text, now: now) == now + .seconds(-5400))
        #expect(PastTimeText.instant("now", now: now) == now)
        #expect(PastTimeText.instant("2026-11-22T09:51:00Z", now: now)?.description == "2026-11-22T09:51:00.000000000Z")
    }

    @Test(
        "what has not passed, or is no time, is none",
        arguments: ["", "tomorrow", "in 5min", "+5min", "5", "soon", "25:00"])
    func none(text: String) {
        #expect(PastTimeText.instant(text, now: Timestamp(nanoseconds: 1_795_000_000_000_000_000)) == nil)
    }
}
