import Glibc
import JobRunner
import Jobs
import Kernel
import Testing
import Threading

/// The daemon or the machine is short of something when an attempt is to start.
@Suite(.serialized)
struct ShortageTests {
    @Test(
        "a shortage is waited out", arguments: Keeping.available, [EMFILE, ENFILE, EAGAIN, ENOMEM])
    func waitedOut(keeping: Keeping, code: Int32) throws {
        let harness = try RunnerHarness(
            keeping, instead: { ScriptedContainment($0, failures: [code, code, code]) })
        #expect(try harness.run(script: "exit 4").outcome == .exited(code: 4))
        try harness.expectNothingLeft()
    }

    @Test("a shortage that lasts ends the attempt")
    func lasts() throws {
        let harness = try RunnerHarness(
            .session, patienceWithShortage: .milliseconds(50),
            instead: { ScriptedContainment($0, failures: Array(repeating: ENOMEM, count: 1_000)) })
        #expect(try harness.run(script: "exit 4").outcome == .couldNotStart(step: .cgroup, errno: ENOMEM))
        let tries = (harness.containment as? ScriptedContainment)?.tryCount ?? 0
        #expect((2...10).contains(tries), "\(tries) tries: the pauses do not grow")
    }

    @Test("any other failure ends it at once", arguments: [EACCES, ENOENT, ENOSPC])
    func other(code: Int32) throws {
        let harness = try RunnerHarness(.session, instead: { ScriptedContainment($0, failures: [code]) })
        #expect(try harness.run(script: "exit 4").outcome == .couldNotStart(step: .cgroup, errno: code))
    }

    @Test("a stop ends the wait", arguments: [(StopCause.cancel, Outcome.cancelled), (.shutdown, .interrupted)])
    func stopped(cause: StopCause, outcome: Outcome) throws {
        let harness = try RunnerHarness(
            .session, patienceWithShortage: .seconds(3_600),
            instead: { ScriptedContainment($0, failures: Array(repeating: EMFILE, count: 100_000)) })
        let attempt = try StartedAttempt(harness.order(["/bin/true"]), on: harness.runner)
        let containment = try #require(harness.containment as? ScriptedContainment)
        try harness.waitUntil("tried again") { containment.tryCount > 2 }
        attempt.control.stop(because: cause)
        #expect(try attempt.end().outcome == outcome)
    }

    @Test("an attempt that is frozen meanwhile waits until it is thawed or stopped")
    func frozen() throws {
        let control = AttemptControl()
        control.freeze()
        let cause = Promise<StopCause?>()
        let thread = try DaemonThread(name: "waiter") { cause.succeed(control.wait(.milliseconds(1))) }
        defer { thread.join() }
        control.stop(because: .cancel)
        #expect(try cause.future.result(until: .after(RunnerHarness.patience)) == .cancel)
        #expect(AttemptControl().wait(.milliseconds(1)) == nil)
    }

    #if arch(x86_64) || arch(arm64)
        @Test(
            "descriptors and processes that are short are named in the end",
            .enabled(if: SystemCallFilter.isPossible), arguments: Keeping.available)
        func named(keeping: Keeping) throws {
            let harness = try RunnerHarness(keeping, patienceWithShortage: .milliseconds(20))
            let runner = harness.runner
            let order = harness.order(["/bin/true"])
            let cases: [(SystemCallFilter.Rule, StartStep, Int32)] = [
                (SystemCallFilter.Call.pipe2.failing(EMFILE), .output, EMFILE),
                (SystemCallFilter.Call.clone3.failing(EAGAIN), .clone, EAGAIN),
                (SystemCallFilter.Call.clone3.failing(ENOMEM), .clone, ENOMEM),
            ]
            for (rule, step, code) in cases {
                let outcome = try SystemCallFilter.with([rule]) { runner.run(order, control: AttemptControl()).outcome }
                #expect(outcome == .couldNotStart(step: step, errno: code))
            }
            try harness.expectNothingLeft()
        }
    #endif
}
