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

    /// Starts a script and waits until it has printed each of these lines.
    private func start(
        _ script: String, seeing lines: [String] = ["ready"], timeout: Duration? = nil,
        killAfter: Duration = .seconds(20), on harness: RunnerHarness
    ) throws -> StartedAttempt {
        let order = harness.order(["/bin/sh", "-c", script], timeout: timeout, killAfter: killAfter)
        let attempt = try StartedAttempt(order, on: harness.runner)
        for line in lines {
            try #require(harness.observer.sees(line, until: .after(RunnerHarness.patience)), "no line \(line)")
        }
        return attempt
    }

    /// Nothing of the harness's jobs lives, and no cgroup of theirs is left once the runner has tidied up.
    private func expectNothingLeft(of harness: RunnerHarness) throws {
        #expect(try harness.processes() == [])
        for home in try Cgroup.all(named: "jobd-\(harness.store)") { #expect(try !home.isPopulated()) }
        harness.runner.tidy()
        for home in try Cgroup.all(named: "jobd-\(harness.store)") { #expect(try home.children() == []) }
    }

    @Test("a job that runs too long is stopped", arguments: Keeping.available)
    func timeout(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let begin = BootTime.now
        let end = try harness.run(harness.order(["/bin/sleep", "300"], timeout: .milliseconds(50)))
        #expect(end.outcome == .timedOut)
        #expect(end.cost != nil)
        #expect(BootTime.now >= begin + .milliseconds(50))
        try expectNothingLeft(of: harness)
    }

    @Test("a job that ends in time is not stopped", arguments: Keeping.available)
    func inTime(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let order = harness.order(["/bin/sh", "-c", "exit 8"], timeout: .seconds(3_000))
        #expect(try harness.run(order).outcome == .exited(code: 8))
    }

    @Test("a job that is stopped may clean up, and what it says of itself does not change the outcome", arguments: Keeping.available)
    func cleansUp(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let script = "trap 'echo cleaning; exit 0' TERM; echo ready; while :; do sleep 300 & wait $!; done"
        let attempt = try start(script, on: harness)
        attempt.control.stop(because: .cancel)
        #expect(try attempt.end().outcome == .cancelled)
        #expect(try harness.lines().contains { $0.string == "cleaning" })
        try expectNothingLeft(of: harness)
    }

    @Test("a tree that ignores TERM is killed after its grace, to the last process", arguments: Keeping.available)
    func killsStubborn(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let attempt = try start(
            Self.stubborn, seeing: ["ready", "child", "orphan"], killAfter: .milliseconds(100), on: harness)
        #expect(try harness.processes().count >= 4)
        let begin = BootTime.now
        attempt.control.stop(because: .cancel)
        #expect(try attempt.end().outcome == .cancelled)
        #expect(BootTime.now >= begin + .milliseconds(100))
        try expectNothingLeft(of: harness)
    }

    @Test("a tree that ignores TERM does not outlive its timeout either", arguments: Keeping.available)
    func killsStubbornAfterTimeout(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let attempt = try start(
            Self.stubborn, seeing: [], timeout: .milliseconds(100), killAfter: .milliseconds(50), on: harness)
        #expect(try attempt.end().outcome == .timedOut)
        try expectNothingLeft(of: harness)
    }

    @Test("what a job leaves behind when it ends is killed at once", arguments: Keeping.available)
    func killsLeftovers(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let script = """
            trap '' TERM
            sleep 300 &
            setsid sleep 301 &
            ( setsid sh -c 'sleep 302 & exec sleep 303' & )
            exit 3
            """
        let begin = BootTime.now
        #expect(try harness.run(script: script).outcome == .exited(code: 3))
        #expect(BootTime.now < begin + .seconds(20), "it waited for its grace")
        try expectNothingLeft(of: harness)
    }

    @Test("a process that leaves the session and wipes its environment is killed with its cgroup", .enabled(if: Keeping.hasCgroups))
    func nothingEscapes() throws {
        let harness = try RunnerHarness(.cgroup)
        let script = """
            ( setsid env -i sh -c 'echo $$ > escaped.new; mv escaped.new escaped; exec sleep 300' & )
            while ! [ -e escaped ]; do sleep 0.01; done
            """
        #expect(try harness.run(script: script).outcome == .exited(code: 0))
        let text = String(decoding: try FileContent.read(harness.folder.file("escaped")), as: UTF8.self)
        let escaped = try #require(Int32(text.dropLast()))
        #expect(!(try ProcessTable.entries()).contains { $0.id == escaped && !$0.isZombie })
        try expectNothingLeft(of: harness)
    }

    @Test("a tree that forks again and again does not get away", .enabled(if: Keeping.hasCgroups))
    func nothingOutruns() throws {
        let harness = try RunnerHarness(.cgroup)
        // Each generation starts the next one in a session of its own and ends; the file stops them all.
        let hop = "#!/bin/sh\ntrap '' TERM\n[ -e stop ] && exit\nsetsid ./hop &\n"
        _ = try harness.folder.write(hop.utf8, to: "hop", mode: 0o755)
        defer { _ = try? harness.folder.write([], to: "stop") }
        #expect(try harness.run(script: "./hop; exit 2").outcome == .exited(code: 2))
        try expectNothingLeft(of: harness)
    }

    @Test("a tree of many processes is killed whole", arguments: Keeping.available)
    func many(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let script = "trap '' TERM; i=0; while [ $i -lt 40 ]; do setsid sleep 300 & i=$((i+1)); done; echo ready; wait"
        let attempt = try start(script, killAfter: .zero, on: harness)
        attempt.control.stop(because: .cancel)
        #expect(try attempt.end().outcome == .cancelled)
        try expectNothingLeft(of: harness)
    }

    @Test("a stopped process is woken to be ended", arguments: Keeping.available)
    func wakesStopped(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let attempt = try start("echo ready; kill -STOP $$", on: harness)
        attempt.control.stop(because: .cancel)
        // With 20 seconds of grace, only the CONT after the TERM ends it before this.
        #expect(try attempt.end().outcome == .cancelled)
        try expectNothingLeft(of: harness)
    }

    @Test(
        "an attempt that is stopped before its start never runs",
        arguments: Keeping.available, [(StopCause.cancel, Outcome.cancelled), (.shutdown, .interrupted), (.timeout, .timedOut)])
    func stoppedBefore(keeping: Keeping, causeAndOutcome: (StopCause, Outcome)) throws {
        let harness = try RunnerHarness(keeping)
        let order = harness.order(["/bin/sh", "-c", "touch ran; echo ran"])
        let attempt = try StartedAttempt(order, on: harness.runner, stoppedBefore: causeAndOutcome.0)
        let end = try attempt.end()
        #expect(end.outcome == causeAndOutcome.1)
        #expect(end.cost == nil)
        #expect(!harness.folder.exists("ran") && !harness.folder.exists("output"))
        try expectNothingLeft(of: harness)
    }

    @Test("an attempt that is stopped to shut down is interrupted", arguments: Keeping.available)
    func shutdown(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let attempt = try start("echo ready; exec sleep 300", on: harness)
        attempt.control.stop(because: .shutdown)
        #expect(try attempt.end().outcome == .interrupted)
        try expectNothingLeft(of: harness)
    }

    @Test("the first reason to stop counts", arguments: Keeping.available)
    func firstCause(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let attempt = try start("echo ready; exec sleep 300", on: harness)
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
        try expectNothingLeft(of: harness)
    }

    @Test("killing comes once, when the grace is over")
    func plan() {
        let start = BootTime(nanoseconds: 1_000)
        var progress = TerminationPlan.Progress(TerminationPlan(grace: .nanoseconds(500)), now: start)
        #expect(progress.deadline == BootTime(nanoseconds: 1_500))
        let answers = [1_499, 1_500, 9_999].map { progress.killIsDue(now: BootTime(nanoseconds: $0)) }
        #expect(answers == [false, true, false])
        #expect(progress.deadline == nil)
    }

    @Test("a tree is not called empty when nothing could be looked at", arguments: Keeping.available)
    func cannotLook(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let attempt = AttemptID(job: JobID(rawValue: 9), number: 1)
        let tree = try harness.containment.makeTree(for: attempt)
        defer { tree.end() }
        let process = try ForeignProcess(
            script: "trap '' TERM; exec sleep 300", store: harness.store, attempt: attempt, cgroup: tree.cgroup)
        defer { process.end() }
        let claimed = try withoutDescriptors { tree.killAll(until: .now + .milliseconds(50)) }
        let isAlive = process.isAlive
        #expect(!claimed || !isAlive, "the tree was said to be empty while a process of it lives")
        #expect(tree.killAll(until: .now + RunnerHarness.patience))
    }

    /// Runs `body` while this process can open nothing.
    private func withoutDescriptors<Result>(_ body: () throws -> Result) throws -> Result {
        var before = rlimit()
        try systemCall("getrlimit") { getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &before) }
        var none = rlimit(rlim_cur: 0, rlim_max: before.rlim_max)
        try systemCall("setrlimit") { setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &none) }
        defer { setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &before) }
        return try body()
    }
}
