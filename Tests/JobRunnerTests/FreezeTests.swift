import Glibc
import JobRunner
import Jobs
import Kernel
import Testing
import Threading

/// Attempts that stand still for a while, and signals to all of an attempt.
@Suite(.serialized)
struct FreezeTests {
    @Test(
        "a frozen tree does nothing until it is thawed, in whatever session its processes are",
        arguments: Keeping.available)
    func standsStill(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let gate = try harness.makeGate()
        let attempt = try harness.start(
            "( setsid sh -c 'echo child; read line < gate; echo child went on' & ); echo ready; exec sleep 300",
            seeing: ["ready", "child"])
        attempt.control.freeze()
        #expect(attempt.control.isFrozen)
        try harness.waitUntilFrozen(true)
        try gate.write(all: Array("go\n".utf8))
        // The kernel says that it stands still: so nothing can have been printed.
        #expect(harness.observer.lines.count == 2)
        attempt.control.thaw()
        #expect(!attempt.control.isFrozen)
        #expect(harness.observer.sees("child went on", until: .after(RunnerHarness.patience)))
        attempt.control.stop(because: .cancel)
        #expect(try attempt.end().outcome == .cancelled)
        try harness.expectNothingLeft()
    }

    @Test("freezing and thawing as often as one likes is the same as once", arguments: Keeping.available)
    func idempotent(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let attempt = try harness.start("echo ready; exec sleep 300")
        for _ in 0..<3 {
            attempt.control.freeze()
            attempt.control.freeze()
            try harness.waitUntilFrozen(true)
            attempt.control.thaw()
            attempt.control.thaw()
            try harness.waitUntilFrozen(false)
        }
        attempt.control.stop(because: .cancel)
        #expect(try attempt.end().outcome == .cancelled)
    }

    @Test("an attempt that is frozen before its start starts when it is thawed", arguments: Keeping.available)
    func beforeStart(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let attempt = try StartedAttempt(
            harness.order(["/bin/sh", "-c", "echo ran; exit 3"]), on: harness.runner
        ) { $0.freeze() }
        // Another that comes later runs to its end meanwhile.
        #expect(try harness.run(script: "exit 4").outcome == .exited(code: 4))
        #expect(!attempt.isDone && harness.observer.lines.isEmpty)
        attempt.control.thaw()
        #expect(try attempt.end().outcome == .exited(code: 3))
        #expect(harness.observer.lines.count == 1)
    }

    @Test(
        "an attempt that is frozen before its start and then stopped never runs", arguments: Keeping.available,
        [(StopCause.cancel, Outcome.cancelled), (.shutdown, .interrupted), (.abandonment, .interrupted)])
    func stoppedBeforeStart(keeping: Keeping, causeAndOutcome: (StopCause, Outcome)) throws {
        let harness = try RunnerHarness(keeping)
        let attempt = try StartedAttempt(harness.order(["/bin/sh", "-c", "echo ran"]), on: harness.runner) {
            $0.freeze()
        }
        attempt.control.stop(because: causeAndOutcome.0)
        #expect(try attempt.end().outcome == causeAndOutcome.1)
        #expect(!attempt.control.isFrozen && harness.observer.lines.isEmpty)
    }

    @Test("a frozen attempt's timeout stands still", arguments: Keeping.available.prefix(1))
    func timeout(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let limit = Duration.seconds(3)
        let begin = BootTime.now
        let attempt = try harness.start("echo ready; exec sleep 300", timeout: limit)
        attempt.control.freeze()
        try harness.waitUntilFrozen(true)
        let frozen = BootTime.now
        try #require(frozen < begin + limit, "the machine is too slow for this test")
        // It would be over while this runs.
        #expect(try harness.run(script: "exec sleep 3.2").outcome == .exited(code: 0))
        #expect(!attempt.isDone && attempt.control.stopCause == nil)
        attempt.control.thaw()
        #expect(try attempt.end().outcome == .timedOut)
        #expect(BootTime.now >= begin + limit + .milliseconds(3_200))
    }

    @Test(
        "a frozen attempt that is stopped ends by the signal and not by the kill", arguments: Keeping.available,
        [(StopCause.cancel, Outcome.cancelled), (.shutdown, .interrupted)])
    func stopsFrozen(keeping: Keeping, causeAndOutcome: (StopCause, Outcome)) throws {
        let harness = try RunnerHarness(keeping)
        let attempt = try harness.start(
            "trap 'echo cleaning; exit' TERM; echo ready; while :; do sleep 300 & wait $!; done",
            killAfter: .seconds(300))
        attempt.control.freeze()
        try harness.waitUntilFrozen(true)
        attempt.control.stop(because: causeAndOutcome.0)
        #expect(!attempt.control.isFrozen)
        #expect(try attempt.end().outcome == causeAndOutcome.1)
        #expect(try harness.lines().contains { $0.string == "cleaning" })
        try harness.expectNothingLeft()
    }

    @Test("a frozen attempt is killed without being thawed", arguments: Keeping.available)
    func killsFrozen(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let attempt = try harness.start("trap '' TERM; echo ready; while :; do sleep 300; done")
        attempt.control.freeze()
        try harness.waitUntilFrozen(true)
        attempt.control.send(signal: .kill)
        #expect(try attempt.end().outcome == .signalled(9))
        #expect(attempt.control.isFrozen)
        try harness.expectNothingLeft()
    }

    @Test("an attempt that is being stopped is not frozen any more", arguments: Keeping.available)
    func notWhileStopping(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let attempt = try harness.start("echo ready; exec sleep 300")
        attempt.control.stop(because: .cancel)
        attempt.control.freeze()
        #expect(!attempt.control.isFrozen)
        #expect(try attempt.end().outcome == .cancelled)
    }

    @Test("what the job itself had stopped stays stopped when it is thawed", arguments: [Keeping.session])
    func ownStops(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let attempt = try harness.start("sleep 300 & kill -STOP $!; echo $!; echo ready; wait")
        let first = try #require(try harness.lines().first)
        let stopped = try #require(Int32(first.string))
        try harness.waitUntil("the child is stopped") { try harness.entry(stopped)?.isStopped == true }
        attempt.control.freeze()
        try harness.waitUntilFrozen(true)
        attempt.control.thaw()
        try harness.waitUntilFrozen(false)
        #expect(try harness.entry(stopped)?.isStopped == true)
        attempt.control.stop(because: .cancel)
        #expect(try attempt.end().outcome == .cancelled)
    }

    // MARK: Signals

    @Test("a signal reaches every process of the attempt, in whatever session it is", arguments: Keeping.available)
    func signalsAll(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let script = """
            ( setsid sh -c 'trap "echo child got it; exit" USR1; echo child; while :; do sleep 300 & wait $!; done' & )
            trap 'echo leader got it' USR1; trap '' USR2
            echo ready
            while :; do sleep 300 & wait $!; done
            """
        let attempt = try harness.start(script, seeing: ["ready", "child"])
        attempt.control.send(signal: try #require(SignalNumber("USR1")))
        #expect(harness.observer.sees("child got it", until: .after(RunnerHarness.patience)))
        #expect(harness.observer.sees("leader got it", until: .after(RunnerHarness.patience)))
        #expect(!attempt.isDone && attempt.control.stopCause == nil)
        attempt.control.stop(because: .cancel)
        #expect(try attempt.end().outcome == .cancelled)
    }

    @Test(
        "an attempt that ends by a signal that somebody sent has that signal as its outcome",
        arguments: Keeping.available)
    func endsBySignal(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let attempt = try harness.start("echo ready; exec sleep 300")
        attempt.control.send(signal: try #require(SignalNumber("HUP")))
        #expect(try attempt.end().outcome == .signalled(SIGHUP))
    }

    @Test("a signal that is sent before the start arrives after it", arguments: Keeping.available)
    func signalBeforeStart(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let attempt = try StartedAttempt(harness.order(["/bin/sleep", "300"]), on: harness.runner) {
            $0.send(signal: .terminate)
        }
        #expect(try attempt.end().outcome == .signalled(SIGTERM))
    }

    @Test("a signal that is sent to a frozen attempt acts when it is thawed", arguments: Keeping.available)
    func signalWhileFrozen(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let attempt = try harness.start("trap 'echo got it' USR1; echo ready; while :; do sleep 300 & wait $!; done")
        attempt.control.freeze()
        try harness.waitUntilFrozen(true)
        attempt.control.send(signal: try #require(SignalNumber("USR1")))
        attempt.control.send(signal: .continue)
        #expect(try harness.run(script: "exit 0").outcome == .exited(code: 0))
        #expect(harness.observer.lines.count == 1)
        attempt.control.thaw()
        #expect(harness.observer.sees("got it", until: .after(RunnerHarness.patience)))
        attempt.control.stop(because: .cancel)
        #expect(try attempt.end().outcome == .cancelled)
    }
}
