import Jobs
import Testing

/// How many jobs a queue may start per time.
struct StartRateTests {
    @Test(
        "a rate is a number and a time, or a unit alone",
        arguments: [
            ("10/s", 10, .seconds(1)), ("10/1s", 10, .seconds(1)), ("100/1min", 100, .seconds(60)),
            ("100/min", 100, .seconds(60)), ("5/12h", 5, .seconds(43_200)), ("1/d", 1, .seconds(86_400)),
            ("1000000/ms", 1_000_000, .milliseconds(1)), ("3/90", 3, .seconds(90)),
            ("2/1h 30min", 2, .seconds(5_400)),
        ] as [(String, Int, Duration)])
    func good(text: String, starts: Int, per: Duration) {
        #expect(StartRate(text) == StartRate(starts: starts, per: per))
    }

    @Test(
        "what is no rate is not read",
        arguments: [
            "", "/", "10", "10/", "/s", "0/s", "-1/s", "1.5/s", "10/0s", "10/-1s", "1000001/s", "10/x", "10/s/s",
            "ten/s", "10/3651d", "99999999999999999999/s", "1/ apple",
        ])
    func bad(text: String) {
        #expect(StartRate(text) == nil)
    }

    @Test(
        "what is written is read as the same rate", arguments: ["10/s", "100/1min", "5/12h", "7/250ms", "2/1h 30min"])
    func roundTrip(text: String) throws {
        let rate = try #require(StartRate(text))
        #expect(StartRate(rate.description) == rate)
    }

    private static let now = Timestamp(nanoseconds: 1_795_338_000_000_000_000)
    private static let unused = Timestamp(nanoseconds: 0)

    @Test("a rate that nothing was used of lets its whole number start at once, and no more")
    func burst() {
        let rate = StartRate(starts: 4, per: .seconds(60))
        #expect(rate.allowance(fullAt: Self.unused, now: Self.now).starts == 4)
        let full = rate.fullAt(after: 4, from: Self.unused, now: Self.now)
        #expect(full == Self.now + .seconds(60))
        let allowance = rate.allowance(fullAt: full, now: Self.now)
        #expect(allowance.starts == 0 && allowance.next == Self.now + .seconds(15))
    }

    @Test("what was used comes back evenly")
    func refill() {
        let rate = StartRate(starts: 4, per: .seconds(60))
        let full = rate.fullAt(after: 4, from: Self.unused, now: Self.now)
        for (seconds, starts) in [(0, 0), (14, 0), (15, 1), (29, 1), (30, 2), (59, 3), (60, 4), (600, 4)] {
            #expect(
                rate.allowance(fullAt: full, now: Self.now + .seconds(seconds)).starts == starts, "\(seconds) s")
        }
        #expect(rate.allowance(fullAt: full, now: Self.now + .microseconds(14_999_999)).starts == 0)
    }

    @Test(
        "one may start at the time that was named, and none a little before",
        arguments: ["3/s", "7/1min", "10/s", "999/s", "1/12h", "100000/s", "11/1h 7min"])
    func next(text: String) throws {
        let rate = try #require(StartRate(text))
        var full = Self.unused
        var now = Self.now
        for _ in 0..<200 {
            var allowance = rate.allowance(fullAt: full, now: now)
            if allowance.starts == 0 {
                #expect(rate.allowance(fullAt: full, now: allowance.next + .microseconds(-1)).starts == 0)
                now = allowance.next
                allowance = rate.allowance(fullAt: full, now: now)
            }
            try #require(allowance.starts > 0, "none may start at the time that was named")
            full = rate.fullAt(after: 1, from: full, now: now)
        }
    }

    @Test("within any time no more start than twice the whole number, and in the long run no more than the rate")
    func bound() throws {
        let rate = try #require(StartRate("7/s"))
        var full = Self.unused
        var starts: [Timestamp] = []
        // Asked at odd times.
        for step in 0..<5_000 {
            let now = Self.now + .microseconds(step * 1_237)
            let count = rate.allowance(fullAt: full, now: now).starts
            guard count > 0 else { continue }
            full = rate.fullAt(after: count, from: full, now: now)
            starts += Array(repeating: now, count: count)
        }
        // 6.185 s: the whole number at once, and what came back since.
        #expect(starts.count == 7 + 43)
        for (index, start) in starts.enumerated() {
            #expect(starts[index...].prefix { $0 < start + .seconds(1) }.count <= 14)
        }
    }

    @Test("after the clock was set back the allowance is full within one period")
    func clockSetBack() {
        let rate = StartRate(starts: 4, per: .seconds(60))
        let full = rate.fullAt(after: 4, from: Self.unused, now: Self.now + .seconds(36_000))
        let allowance = rate.allowance(fullAt: full, now: Self.now)
        #expect(allowance.starts == 0 && allowance.next == Self.now + .seconds(15))
        #expect(rate.fullAt(after: 1, from: full, now: Self.now) == Self.now + .seconds(75))
    }
}
