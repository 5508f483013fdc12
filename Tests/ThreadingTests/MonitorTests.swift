import Testing
import Threading

@Suite("Monitor") struct MonitorTests {
    @Test("a body's answer comes out and its change stays") func answerAndChange() {
        let count = Monitor(1)
        let seen = count.withLock { value in
            value += 1
            return value
        }
        #expect(seen == 2)
        #expect(count.withLock { $0 } == 2)
    }

    @Test("an error leaves the lock free") func errorUnlocks() {
        struct Refused: Error {}
        let count = Monitor(0)
        #expect(throws: Refused.self) { try count.withLock { _ throws(Refused) in throw Refused() } }
        #expect(count.withLock { $0 } == 0)
    }

    @Test("the state need not be Sendable") func nonSendableState() {
        final class Box { var value = 0 }
        let box = Monitor(Box())
        box.withLock { $0.value = 7 }
        #expect(box.withLock { $0.value } == 7)
    }

    @Test("no change is lost when four threads change the state") func exclusive() throws {
        let count = Monitor(0)
        try concurrently(4) { _ in for _ in 0..<10_000 { count.withLock { $0 += 1 } } }
        #expect(count.withLock { $0 } == 40_000)
    }

    @Test("a wait ends when the state is as wanted") func waitForState() throws {
        let count = Monitor(0)
        let changed = Condition()
        try concurrently([
            { #expect(count.wait(on: changed, until: .minute) { $0 == 3 ? "three" : nil } == "three") },
            {
                for _ in 0..<3 {
                    count.withLock { $0 += 1 }
                    changed.signal()
                }
            },
        ])
    }

    @Test("a wait gives nil when its deadline passes") func waitTimesOut() {
        let deadline = Deadline.briefly
        let answer = Monitor(0).wait(on: Condition(), until: deadline) { $0 == 1 ? true : nil }
        #expect(answer == nil)
        #expect(deadline.isPast)
    }

    @Test("a wait until now looks once") func waitUntilNow() {
        let looks = Monitor(0)
        let answer = looks.wait(on: Condition(), until: .now) { count -> Bool? in
            count += 1
            return true
        }
        #expect(answer == true)
        #expect(looks.withLock { $0 } == 1)
    }

    @Test("a wait throws what its body throws") func waitThrows() {
        struct Refused: Error {}
        let count = Monitor(0)
        #expect(throws: Refused.self) {
            try count.wait(on: Condition()) { _ throws(Refused) -> Int? in throw Refused() }
        }
        #expect(count.withLock { $0 } == 0)
    }

    @Test("asking for the lock twice is a trap") func reentrancy() async {
        await #expect(processExitsWith: .failure) {
            let count = Monitor(0)
            count.withLock { _ in count.withLock { $0 += 1 } }
        }
    }

    @Test("broadcast wakes all who wait") func broadcast() throws {
        let open = Monitor(false)
        let changed = Condition()
        let wait: @Sendable () -> Void = {
            #expect(open.wait(on: changed, until: .minute) { $0 ? true : nil } == true)
        }
        try concurrently([
            wait, wait, wait,
            {
                open.withLock { $0 = true }; changed.broadcast()
            },
        ])
    }
}
