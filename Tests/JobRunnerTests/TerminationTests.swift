import Glibc
import JobRunner
import Jobs
import Kernel
import Testing
import Threading

/// Attempts that are stopped, and trees that do not want to be.
@Suite(.serialized)
struct TerminationTests {
    /// A tree that ignores TERM: a child in a session of its own, and one whose parent is gone.
    private static let stubborn = """
        trap '' TERM
        setsid sh -c 'echo child; exec sleep 300' &
        ( setsid sh -c 'echo orphan; exec sleep 301' & )
        echo ready
        while :; do sleep 300; done
        """

    @Test("a job that runs too long is stopped", arguments: Keeping.available)
    func timeout(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let begin = BootTime.now
        let end = try harness.run(harness.order(["/bin/sleep", "300"], timeout: .milliseconds(50)))
        #expect(end.outcome == .timedOut)
        #expect(end.cost != nil)
        #expect(BootTime.now >= begin + .milliseconds(50))
        try harness.expectNothingLeft()
    }

    @Test("a job that ends in time is not stopped", arguments: Keeping.available)
    func inTime(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let order = harness.order(["/bin/sh", "-c", "exit 8"], timeout: .seconds(3_000))
        #expect(try harness.run(order).outcome == .exited(code: 8))
    }

    @Test(
        "a job that is stopped may clean up, and what it says of itself does not change the outcome",
        arguments: Keeping.available)
    func cleansUp(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let script = "trap 'echo cleaning; exit 0' TERM; echo ready; while :; do sleep 300 & wait $!; done"
        let attempt = try harness.start(script)
        attempt.control.stop(because: .cancel)
        #expect(try attempt.end().outcome == .cancelled)
        #expect(try harness.lines().contains { $0.string == "cleaning" })
        try harness.expectNothingLeft()
    }

    @Test("a tree that ignores TERM is killed after its grace, to the last process", arguments: Keeping.available)
    func killsStubborn(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let attempt = try harness.start(
            Self.stubborn, seeing: ["ready", "child", "orphan"], killAfter: .milliseconds(100))
        #expect(try harness.processes().count >= 4)
        let begin = BootTime.now
        attempt.control.stop(because: .cancel)
        #expect(try attempt.end().outcome == .cancelled)
        #expect(BootTime.now >= begin + .milliseconds(100))
        try harness.expectNothingLeft()
    }

    @Test("a tree that ignores TERM does not outlive its timeout either", arguments: Keeping.available)
    func killsStubbornAfterTimeout(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let attempt = try harness.start(
            Self.stubborn, seeing: [], timeout: .milliseconds(100), killAfter: .milliseconds(50))
        #expect(try attempt.end().outcome == .timedOut)
        try harness.expectNothingLeft()
    }

    @Test("a stopped process is woken to be ended", arguments: Keeping.available)
    func wakesStopped(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let attempt = try harness.start("echo ready; kill -STOP $$")
        attempt.control.stop(because: .cancel)
        // With 20 seconds of grace, only the CONT after the TERM ends it before this.
        #expect(try attempt.end().outcome == .cancelled)
        try harness.expectNothingLeft()
    }

    @Test(
        "an attempt that is stopped before its start never runs",
        arguments: Keeping.available,
        [(StopCause.cancel, Outcome.cancelled), (.shutdown, .interrupted), (.timeout, .timedOut)])
    func stoppedBefore(keeping: Keeping, causeAndOutcome: (StopCause, Outcome)) throws {
        let harness = try RunnerHarness(keeping)
        let order = harness.order(["/bin/sh", "-c", "touch ran; echo ran"])
        let attempt = try StartedAttempt(order, on: harness.runner) { $0.stop(because: causeAndOutcome.0) }
        let end = try attempt.end()
        #expect(end.outcome == causeAndOutcome.1)
        #expect(end.cost == nil)
        #expect(!harness.folder.exists("ran") && !harness.folder.exists("output"))
        try harness.expectNothingLeft()
    }

    @Test("an attempt that is stopped to shut down is interrupted", arguments: Keeping.available)
    func shutdown(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let attempt = try harness.start("echo ready; exec sleep 300")
        attempt.control.stop(because: .shutdown)
        #expect(try attempt.end().outcome == .interrupted)
        try harness.expectNothingLeft()
    }

    @Test("the first reason to stop counts", arguments: Keeping.available)
    func firstCause(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let attempt = try harness.start("echo ready; exec sleep 300")
        attempt.control.stop(because: .cancel)
        attempt.control.stop(because: .shutdown)
        #expect(try attempt.end().outcome == .cancelled)
    }

    @Test("a reason that comes when all is over changes nothing", arguments: Keeping.available)
    func tooLate(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let attempt = try StartedAttempt(harness.order(["/bin/sh", "-c", "exit 4"]), on: harness.runner)
        let end = try attempt.end()
        attempt.control.stop(because: .cancel)
        #expect(end.outcome == .exited(code: 4))
        #expect(attempt.control.stopCause == .cancel)
    }

    @Test("stopping it at any moment ends it", arguments: Keeping.available)
    func anyMoment(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        for _ in 0..<20 {
            let attempt = try StartedAttempt(harness.order(["/bin/sleep", "300"]), on: harness.runner)
            attempt.control.stop(because: .cancel)
            #expect(try attempt.end().outcome == .cancelled)
        }
        try harness.expectNothingLeft()
    }

    @Test("a job is asked to end by the signal of its choice", arguments: Keeping.available)
    func ownSignal(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let signal = try #require(SignalNumber("INT"))
        let script =
            "trap '' TERM; trap 'echo interrupted; exit' INT; echo ready; while :; do sleep 300 & wait $!; done"
        let attempt = try harness.start(script, killSignal: signal, killAfter: .seconds(300))
        attempt.control.stop(because: .cancel)
        #expect(try attempt.end().outcome == .cancelled)
        #expect(try harness.lines().contains { $0.string == "interrupted" })
        try harness.expectNothingLeft()
    }

    @Test("a job whose signal is KILL has no time for anything", arguments: Keeping.available)
    func killAtOnce(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let attempt = try harness.start(
            "trap 'echo cleaning' TERM; echo ready; while :; do sleep 300 & wait $!; done", killSignal: .kill,
            killAfter: .seconds(300))
        attempt.control.stop(because: .cancel)
        #expect(try attempt.end().outcome == .cancelled)
        #expect(harness.observer.lines.count == 1)
        try harness.expectNothingLeft()
    }

    @Test("a job that takes its time to be cancelled does not hold up a shutdown", arguments: Keeping.available)
    func hurries(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let attempt = try harness.start(Self.stubborn, seeing: ["ready", "child", "orphan"], killAfter: .seconds(300))
        attempt.control.stop(because: .cancel)
        attempt.control.stop(because: .abandonment)
        #expect(try attempt.end().outcome == .cancelled)
        try harness.expectNothingLeft()
    }

    @Test("killing comes once, when the grace is over")
    func plan() {
        let start = BootTime(nanoseconds: 1_000)
        var progress = TerminationPlan.Progress(TerminationPlan(grace: .nanoseconds(500)), now: start)
        #expect(progress.deadline == BootTime(nanoseconds: 1_500))
        let answers = [1_499, 1_500, 9_999].map { progress.killIsDue(now: BootTime(nanoseconds: $0)) }
        #expect(answers == [false, true, false])
        #expect(progress.deadline == nil)
        // Once it was sent it is not due again, whatever comes.
        progress.hurry(TerminationPlan(grace: .zero), now: start)
        #expect(progress.deadline == nil)
    }
}
