import Testing
import Threading

@Suite("Deadline") struct DeadlineTests {
    @Test("never comes after everything and is never past") func never() {
        #expect(Deadline.never > .after(.seconds(1_000_000)))
        #expect(!Deadline.never.isPast)
        #expect(Deadline.never.remaining == nil)
        #expect(Deadline.never.advanced(by: .seconds(-5)) == .never)
    }

    @Test("now is past at once") func now() {
        #expect(Deadline.now.isPast)
        #expect(Deadline.now.remaining == .zero)
    }

    @Test("a moment ahead counts down") func ahead() throws {
        let deadline = Deadline.after(.seconds(100))
        #expect(!deadline.isPast)
        let remaining = try #require(deadline.remaining)
        #expect(remaining <= .seconds(100))
        #expect(remaining > .seconds(40))
    }

    @Test("durations out of the clock's bounds are cut", arguments: [Int64.max, Int64.min]) func bounds(seconds: Int64)
    {
        let deadline = Deadline.after(.seconds(seconds))
        #expect(seconds > 0 ? deadline == .never : deadline.isPast)
    }
}
