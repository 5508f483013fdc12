import Testing

@testable import Threading

private struct Broken: Error {}

@Suite("PeriodicThread") struct PeriodicThreadTests {
    @Test("runs again and again until it is stopped") func runs() throws {
        let runs = CountDownLatch(count: 3)
        let periodic = try PeriodicThread(name: "often", every: .milliseconds(1)) {
            #expect(DaemonThread.currentName == "often")
            runs.countDown()
        } onError: { _ in
            .stop
        }
        #expect(runs.wait(until: .minute))
        #expect(periodic.stop(until: .minute))
        #expect(periodic.name == "often")
    }

    @Test("the first run comes at once, and stopping does not wait for the second") func stopsAtOnce() throws {
        let ran = Event()
        let periodic = try PeriodicThread(name: "seldom", every: .seconds(10_000)) {
            ran.set()
        } onError: { _ in
            .stop
        }
        #expect(ran.wait(until: .minute))
        #expect(periodic.stop(until: .minute))
    }

    @Test("an error is reported, and does what the report says", arguments: [true, false])
    func error(goOn: Bool) throws {
        let errors = CountDownLatch(count: goOn ? 3 : 1)
        let periodic = try PeriodicThread(name: "failing", every: .milliseconds(1)) {
            throw Broken()
        } onError: { error in
            #expect(error is Broken)
            errors.countDown()
            return goOn ? .goOn : .stop
        }
        #expect(errors.wait(until: .minute))
        if goOn { periodic.requestStop() }
        #expect(periodic.join(until: .minute))
    }

    @Test("stopping wakes the body from its wait") func stopsBody() throws {
        let inside = Event()
        let queue = Queue<Int>()
        let periodic = try PeriodicThread(name: "waiting", every: .seconds(1)) {
            inside.set()
            _ = try queue.get()
        } onError: { error in
            #expect(error as? QueueError == .stopRequested)
            return .goOn
        }
        #expect(inside.wait(until: .minute))
        #expect(periodic.stop(until: .minute))
    }

    @Test("nobody needs to stop it: it ends when it is dropped") func dropped() throws {
        let ended = Event()
        do {
            final class Held: Sendable {
                let ended: Event
                init(_ ended: Event) { self.ended = ended }
                deinit { ended.set() }
            }
            let held = Held(ended)
            _ = try PeriodicThread(name: "dropped", every: .seconds(1_000)) {
                _ = held
            } onError: { _ in
                .goOn
            }
        }
        #expect(ended.wait(until: .minute))
    }

    @Test("an interval of zero is a trap") func badUse() async {
        await #expect(processExitsWith: .failure) {
            _ = try PeriodicThread(name: "none", every: .zero) {
            } onError: { _ in
                .stop
            }
        }
    }
}

@Suite("Pace") struct PaceTests {
    private let start = Deadline(nanoseconds: 1_000)
    private func at(_ nanoseconds: UInt64) -> Deadline { Deadline(nanoseconds: nanoseconds) }
    private let ten = Duration.nanoseconds(10)

    @Test("a fixed rate keeps to the clock") func fixedRate() {
        #expect(Pace.fixedRate().next(after: start, every: ten, now: at(1_004)) == at(1_010))
        #expect(Pace.fixedRate().next(after: start, every: ten, now: at(1_010)) == at(1_010))
    }

    @Test("a fixed rate leaves missed ticks out, or makes up for them") func missed() {
        #expect(Pace.fixedRate(missed: .skip).next(after: start, every: ten, now: at(1_035)) == at(1_040))
        #expect(Pace.fixedRate(missed: .catchUp).next(after: start, every: ten, now: at(1_035)) == at(1_010))
    }

    @Test("a fixed delay counts from the end") func fixedDelay() {
        #expect(Pace.fixedDelay.next(after: start, every: ten, now: at(1_035)) == at(1_045))
    }
}
