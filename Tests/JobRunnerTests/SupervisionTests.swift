import JobRunner
import Jobs
import Kernel
import Testing

/// What is decided for a running attempt, without one.
struct SupervisionTests {
    private typealias Requests = AttemptControl.Requests

    private static let start = at(0)

    /// So many seconds after the start.
    private static func at(_ seconds: Int64) -> BootTime { BootTime(nanoseconds: (1_000 + seconds) * 1_000_000_000) }

    private func supervision(
        timeout: Int64? = nil, killSignal: SignalNumber = .terminate, killAfter: Int64 = 10, atShutdown: Int64 = 5
    ) -> Supervision {
        let order = AttemptOrder(
            id: AttemptID(job: JobID(rawValue: 1), number: 1), command: Command(arguments: ["/bin/true"]), name: nil,
            queue: .default, submitter: Submitter(user: 0, group: 0), timeout: timeout.map { .seconds($0) },
            killSignal: killSignal, killAfter: .seconds(killAfter), killAfterAtShutdown: .seconds(atShutdown),
            outputLimit: 1)
        return Supervision(order, now: Self.start)
    }

    @Test("while nothing is asked for and no time is set, nothing is done and nothing is waited for")
    func nothing() {
        var supervision = supervision()
        #expect(supervision.deadline == nil)
        #expect(!supervision.isOverdue(now: BootTime(nanoseconds: .max)))
        #expect(supervision.actions(for: Requests(), now: Self.at(5)) == [])
        #expect(supervision.cause == nil)
    }

    @Test("a stop sends the signal, then lets stopped processes act on it, and kills when the grace is over")
    func stop() throws {
        let signal = try #require(SignalNumber("INT"))
        var supervision = supervision(killSignal: signal)
        let requests = Requests(causes: [.cancel])
        #expect(supervision.actions(for: requests, now: Self.at(1)) == [.send(signal), .send(.continue)])
        #expect(supervision.cause == .cancel && supervision.deadline == Self.at(11))
        #expect(supervision.actions(for: requests, now: Self.at(10)) == [])
        #expect(supervision.actions(for: requests, now: Self.at(11)) == [.kill])
        #expect(supervision.actions(for: requests, now: Self.at(12)) == [])
        #expect(supervision.deadline == nil)
    }

    @Test("where the signal is KILL there is no grace")
    func killAtOnce() {
        var supervision = supervision(killSignal: .kill)
        let actions = supervision.actions(for: Requests(causes: [.cancel]), now: Self.at(1))
        #expect(actions == [.send(.kill), .send(.continue), .kill])
    }

    @Test("a later reason keeps the first one's name and can only bring the kill forward")
    func hurry() {
        var supervision = supervision()
        _ = supervision.actions(for: Requests(causes: [.cancel]), now: Self.at(1))
        #expect(supervision.actions(for: Requests(causes: [.cancel, .shutdown]), now: Self.at(2)) == [])
        #expect(supervision.deadline == Self.at(7))
        _ = supervision.actions(for: Requests(causes: [.cancel, .shutdown, .timeout]), now: Self.at(3))
        #expect(supervision.deadline == Self.at(7))
        let all = Requests(causes: [.cancel, .shutdown, .timeout, .abandonment])
        #expect(supervision.actions(for: all, now: Self.at(4)) == [.kill])
        #expect(supervision.cause == .cancel)
    }

    @Test("a time limit stands still while the attempt is frozen")
    func standsStill() {
        var supervision = supervision(timeout: 10)
        #expect(supervision.deadline == Self.at(10))
        #expect(supervision.actions(for: Requests(isFrozen: true), now: Self.at(4)) == [.freeze])
        supervision.didFreeze(now: Self.at(4))
        #expect(supervision.deadline == nil && !supervision.isOverdue(now: Self.at(1_000)))
        #expect(supervision.actions(for: Requests(isFrozen: true), now: Self.at(500)) == [])
        #expect(supervision.actions(for: Requests(), now: Self.at(1_000)) == [.thaw])
        supervision.didThaw(now: Self.at(1_000))
        #expect(supervision.deadline == Self.at(1_006))
        #expect(!supervision.isOverdue(now: Self.at(1_005)) && supervision.isOverdue(now: Self.at(1_006)))
    }

    @Test("a frozen attempt that is stopped gets the signal, is thawed, and is killed when the grace is over")
    func stopFrozen() {
        var supervision = supervision(timeout: 10)
        _ = supervision.actions(for: Requests(isFrozen: true), now: Self.at(4))
        supervision.didFreeze(now: Self.at(4))
        let requests = Requests(causes: [.cancel])
        #expect(
            supervision.actions(for: requests, now: Self.at(20)) == [.send(.terminate), .thaw, .send(.continue)])
        supervision.didThaw(now: Self.at(20))
        #expect(supervision.actions(for: requests, now: Self.at(30)) == [.kill])
    }

    @Test("what could not be frozen or thawed is tried again")
    func triesAgain() {
        var supervision = supervision()
        _ = supervision.actions(for: Requests(isFrozen: true), now: Self.at(4))
        supervision.didFail(now: Self.at(4))
        #expect(supervision.deadline == Self.at(4) + .milliseconds(100))
        #expect(supervision.actions(for: Requests(isFrozen: true), now: Self.at(5)) == [.freeze])
        #expect(supervision.deadline == nil)
        // In the meantime it is not wanted any more.
        #expect(supervision.actions(for: Requests(), now: Self.at(6)) == [])
    }

    @Test("signals are sent in their order, before what may end the attempt")
    func signals() throws {
        let user = try #require(SignalNumber("USR1"))
        let hangUp = try #require(SignalNumber("HUP"))
        var supervision = supervision()
        let requests = Requests(causes: [.cancel], signals: [hangUp, user])
        #expect(
            supervision.actions(for: requests, now: Self.at(1)) == [
                .send(hangUp), .send(user), .send(.terminate), .send(.continue),
            ])
    }
}
