import Jobs
import Testing

/// Durations as people write them.
struct DurationTextTests {
    @Test(
        "a duration is a sum of numbers with units",
        arguments: [
            ("0", Duration.zero), ("90", .seconds(90)), ("90s", .seconds(90)), ("90 s", .seconds(90)),
            ("1h 30min", .seconds(5_400)), ("1h30min", .seconds(5_400)), ("1h30", .seconds(3_630)),
            ("250ms", .milliseconds(250)), ("1.5s", .milliseconds(1_500)), ("0.1", .milliseconds(100)),
            ("2d", .seconds(172_800)), ("1w", .seconds(604_800)), ("5us", .microseconds(5)), ("5µs", .microseconds(5)),
            ("7ns", .nanoseconds(7)), ("1 day 2 hours 3 minutes 4 seconds", .seconds(93_784)), ("2m", .seconds(120)),
            ("  3h  ", .seconds(10_800)), ("1.000000001s", .nanoseconds(1_000_000_001)),
            ("3650d", .seconds(315_360_000)),
        ])
    func good(textAndDuration: (String, Duration)) {
        #expect(DurationText.duration(textAndDuration.0) == textAndDuration.1)
    }

    @Test(
        "what is no duration, or far too long, is not read",
        arguments: [
            "", " ", "s", "h 1", "1x", "1 apple", "-1", "-1s", "+1s", "1,5s", ".5s", "5.s", "1..5s", "1.2.3s", "1e3",
            "0x10", "1h-30min", "1:30", "inf", "nan", "3651d", "999999999999999999999999s", "1S", "1H", "٣s",
        ])
    func bad(text: String) {
        #expect(DurationText.duration(text) == nil)
    }

    @Test(
        "a duration is written in the two largest units that say something",
        arguments: [
            (Duration.zero, "0ms"), (.milliseconds(1), "1ms"), (.milliseconds(250), "250ms"),
            (.microseconds(500), "500us"),
            (.milliseconds(2_500), "2.5s"), (.seconds(9), "9s"), (.milliseconds(12_900), "12s"), (.seconds(60), "1min"),
            (.seconds(90), "1min 30s"), (.seconds(3_600), "1h"), (.seconds(5_400), "1h 30min"), (.seconds(3_605), "1h"),
            (.seconds(86_400), "1d"), (.seconds(90_061), "1d 1h"), (.seconds(864_000), "10d"),
        ])
    func text(durationAndText: (Duration, String)) {
        #expect(DurationText.text(durationAndText.0) == durationAndText.1)
    }

    @Test("what is written is read as what it says")
    func roundTrip() throws {
        for seconds in Array(0...200) + [3_600, 3_660, 86_399, 86_400, 90_000, 604_800] {
            let text = DurationText.text(.seconds(seconds))
            let read = try #require(DurationText.duration(text))
            #expect(DurationText.text(read) == text)
            if seconds <= 3_600 { #expect(read == .seconds(seconds)) }
        }
    }
}
