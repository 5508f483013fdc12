import Testing
import Threading

@testable import JobDaemon

@Suite("A start that takes long")
struct StartWatchTests {
    /// More steps than these are not needed to tell one from the other.
    private static let steps = 5

    @Test("a start that uses the processor is given more time at each step")
    func startThatGetsOn() throws {
        let extensions = CountDownLatch(count: Self.steps)
        let used = Monitor(Duration.zero)
        let watch = try StartWatch(every: .milliseconds(1), for: .seconds(60)) {
            used.withLock { used in
                used += .milliseconds(1)
                return used
            }
        } extend: {
            extensions.countDown()
        }
        #expect(extensions.wait(until: .after(.seconds(30))))
        watch.stop()
    }

    @Test("a start that stands still is given no more time")
    func startThatHangs() throws {
        let looks = CountDownLatch(count: Self.steps)
        let extensions = Monitor(0)
        let watch = try StartWatch(every: .milliseconds(1), for: .seconds(60)) {
            looks.countDown()
            return .milliseconds(7)
        } extend: {
            extensions.withLock { $0 += 1 }
        }
        #expect(looks.wait(until: .after(.seconds(30))))
        watch.stop()
        // What had come about before the first look.
        #expect(extensions.withLock { $0 } == 1)
    }

    @Test("a start that goes round in circles is given no more time after its longest time")
    func startThatNeverEnds() throws {
        let looks = CountDownLatch(count: Self.steps)
        let extensions = Monitor(0)
        let used = Monitor(Duration.zero)
        let watch = try StartWatch(every: .milliseconds(1), for: .zero) {
            looks.countDown()
            return used.withLock { used in
                used += .milliseconds(1)
                return used
            }
        } extend: {
            extensions.withLock { $0 += 1 }
        }
        #expect(looks.wait(until: .after(.seconds(30))))
        watch.stop()
        #expect(extensions.withLock { $0 } == 0)
    }
}
