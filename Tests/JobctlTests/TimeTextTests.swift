import Jobs
import Testing

@testable import jobctl

@Suite("Times for people")
struct TimeTextTests {
    @Test(
        "an age is in its largest unit, rounded down",
        arguments: [
            (-5, "now"), (0, "now"), (1, "1s ago"), (59, "59s ago"), (60, "1m ago"), (3599, "59m ago"),
            (3600, "1h ago"), (86_399, "23h ago"), (86_400, "1d ago"), (604_800, "1w ago"),
        ])
    func ages(_ seconds: Int, _ text: String) {
        #expect(TimeText.age(.seconds(seconds)) == text)
    }

    @Test(
        "a countdown is rounded up, so that a delay of five minutes is in 5m and one of 90 seconds in 90s",
        arguments: [
            (-1, "now"), (0, "now"), (1, "in 1s"), (500, "in 1s"), (89_999, "in 90s"), (120_000, "in 2m"),
            (299_999, "in 5m"), (300_000, "in 5m"), (3_600_001, "in 61m"), (7_200_001, "in 3h"), (172_800_000, "in 2d"),
        ])
    func countdowns(_ milliseconds: Int, _ text: String) {
        #expect(TimeText.countdown(.milliseconds(milliseconds)) == text)
    }

    @Test(
        "a span is exact where it is short",
        arguments: [
            (-10, "0ms"), (0, "0ms"), (250, "250ms"), (2500, "2.5s"), (9999, "9.9s"), (42_000, "42s"),
            (185_000, "3m05s"), (3_720_000, "1h02m"), (183_600_000, "2d03h"),
        ])
    func spans(_ milliseconds: Int, _ text: String) {
        #expect(TimeText.span(.milliseconds(milliseconds)) == text)
    }

    @Test("an instant is to the second")
    func instants() {
        #expect(TimeText.instant(SampleJobs.now) == "2027-01-15T08:00:00Z")
    }
}
