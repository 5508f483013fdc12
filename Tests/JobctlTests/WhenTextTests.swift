import Glibc
import Jobs
import Testing

@testable import jobctl

/// Each test sets the zone of the whole process, so they run one after the other.
@Suite("Times that people type", .serialized)
struct WhenTextTests {
    /// A Monday: 2026-11-23 10:00:00 in Berlin, an hour after UTC.
    private static let now = "2026-11-23T09:00:00Z"

    private func when(_ text: String, in zone: String = "Europe/Berlin", now: String = now) -> String? {
        let before = getenv("TZ").map { String(cString: $0) }
        setenv("TZ", zone, 1)
        defer {
            if let before { setenv("TZ", before, 1) } else { unsetenv("TZ") }
            tzset()
        }
        guard let now = Timestamp(now), let time = WhenText.instant(text, now: now) else { return nil }
        return TimeText.instant(time)
    }

    @Test(
        "a span is that long after now",
        arguments: [
            ("5m", "2026-11-23T09:05:00Z"), ("+5m", "2026-11-23T09:05:00Z"), ("in 5 minutes", "2026-11-23T09:05:00Z"),
            ("+1h 30min", "2026-11-23T10:30:00Z"), ("1h 30min", "2026-11-23T10:30:00Z"), ("2d", "2026-11-25T09:00:00Z"),
            ("now", "2026-11-23T09:00:00Z"), ("0s", "2026-11-23T09:00:00Z"),
        ])
    func spans(_ text: String, _ time: String) {
        #expect(when(text) == time)
    }

    @Test(
        "a time of day is today's, or tomorrow's where that has passed",
        arguments: [
            ("16:30", "2026-11-23T15:30:00Z"), ("10:00:01", "2026-11-23T09:00:01Z"), ("10:00", "2026-11-24T09:00:00Z"),
            ("9:00", "2026-11-24T08:00:00Z"), ("09:59:59", "2026-11-24T08:59:59Z"), ("00:00", "2026-11-23T23:00:00Z"),
        ])
    func timesOfDay(_ text: String, _ time: String) {
        #expect(when(text) == time)
    }

    @Test(
        "a day has its own time, or its first",
        arguments: [
            ("today 16:30", "2026-11-23T15:30:00Z"), ("today 09:00", "2026-11-23T08:00:00Z"),
            ("tomorrow 03:00", "2026-11-24T02:00:00Z"), ("tomorrow", "2026-11-23T23:00:00Z"),
            ("2026-12-24 18:00", "2026-12-24T17:00:00Z"), ("2026-12-24", "2026-12-23T23:00:00Z"),
            ("2027-07-01 12:00:30", "2027-07-01T10:00:30Z"), ("2020-01-01 00:00", "2019-12-31T23:00:00Z"),
            ("2028-02-29 00:00", "2028-02-28T23:00:00Z"), ("  TOMORROW   03:00 ", "2026-11-24T02:00:00Z"),
        ])
    func days(_ text: String, _ time: String) {
        #expect(when(text) == time)
    }

    @Test(
        "a weekday is the next one, today where its time is still to come",
        arguments: [
            ("mon 11:00", "2026-11-23T10:00:00Z"), ("mon 10:00", "2026-11-30T09:00:00Z"),
            ("Monday 09:00", "2026-11-30T08:00:00Z"), ("tue 9:00", "2026-11-24T08:00:00Z"),
            ("sun 00:00", "2026-11-28T23:00:00Z"), ("thurs 12:00", "2026-11-26T11:00:00Z"),
            ("saturday", "2026-11-27T23:00:00Z"),
        ])
    func weekdays(_ text: String, _ time: String) {
        #expect(when(text) == time)
    }

    @Test("RFC 3339 is taken as it is, whatever the zone")
    func rfc3339() {
        #expect(when("2026-12-24T18:00:00+01:00", in: "America/New_York") == "2026-12-24T17:00:00Z")
        #expect(when("2026-12-24T18:00:00Z") == "2026-12-24T18:00:00Z")
        #expect(when("2026-12-24 18:00:00-05:00") == "2026-12-24T23:00:00Z")
    }

    @Test("a time that the clock leaves out is as much later as it is set forward")
    func gap() {
        // On 2027-03-28 the clock goes from 02:00 to 03:00.
        #expect(when("2027-03-28 01:59") == "2027-03-28T00:59:00Z")
        #expect(when("2027-03-28 02:00") == "2027-03-28T01:00:00Z")
        #expect(when("2027-03-28 02:30") == "2027-03-28T01:30:00Z")
        #expect(when("2027-03-28 03:30") == "2027-03-28T01:30:00Z")
        // And on Lord Howe by half an hour, from 02:00 to 02:30.
        #expect(when("2026-10-04 02:10", in: "Australia/Lord_Howe") == "2026-10-03T15:40:00Z")
    }

    @Test("a time that comes twice is the first one")
    func fold() {
        // On 2026-10-25 the clock goes from 03:00 to 02:00.
        #expect(when("2026-10-25 02:30") == "2026-10-25T00:30:00Z")
        #expect(when("2026-10-25 01:30") == "2026-10-24T23:30:00Z")
        #expect(when("2026-10-25 03:00") == "2026-10-25T02:00:00Z")
        #expect(when("2026-11-01 01:30", in: "America/New_York") == "2026-11-01T05:30:00Z")
    }

    @Test("tomorrow is a day of the calendar, however many hours that are")
    func shortDay() {
        #expect(when("tomorrow 12:00", now: "2027-03-27T20:00:00Z") == "2027-03-28T10:00:00Z")
        #expect(when("tomorrow 12:00", now: "2026-10-24T20:00:00Z") == "2026-10-25T11:00:00Z")
        #expect(when("00:30", now: "2026-12-31T22:00:00Z") == "2026-12-31T23:30:00Z")
        #expect(when("tomorrow 00:30", now: "2026-12-31T22:00:00Z") == "2026-12-31T23:30:00Z")
    }

    @Test("a day whose midnight is left out begins an hour later")
    func noMidnight() {
        // In Santiago the clock goes from 00:00 to 01:00 on 2026-09-06.
        #expect(when("2026-09-06", in: "America/Santiago") == "2026-09-06T04:00:00Z")
    }

    @Test(
        "what is no time is refused",
        arguments: [
            "", " ", "soon", "5", "+5", "90", "25:00", "24:00", "16:60", "1630", "16:3", "16:30:60", "16", "4pm",
            "tomorrow 25:00", "tomorrow 3", "yesterday", "mo 9:00", "monday 9", "monkey 9:00", "2026-13-01 00:00",
            "2026-02-30", "2026-2-3-4", "26-12-24 18:00", "2262-01-01 00:00", "9999-12-31 00:00", "1969-12-31 00:00",
            "16:30 tomorrow", "tomorrow 03:00 UTC", "-5m", "5m ago", "in", "in 5", "5000w", "2026-12-24T18:00",
        ])
    func refused(_ text: String) {
        #expect(when(text) == nil)
    }
}
