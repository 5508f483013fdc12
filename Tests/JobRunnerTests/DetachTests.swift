import JobRunner
import Jobs
import Kernel
import Testing
import Threading

/// Attempts that a worker lets go of and another one goes on with.
@Suite(.serialized)
struct DetachTests {
    /// What a runner has let go of.
    private func detach(_ order: AttemptOrder, _ control: AttemptControl, on runner: CommandRunner) throws
        -> AttemptReturn
    {
        let promise = Promise<AttemptReturn>()
        let thread = try DaemonThread(name: "attempt") {
            promise.succeed(runner.run(order, control: control, from: nil))
        }
        defer { thread.join() }
        return try promise.future.result(until: .after(RunnerHarness.patience))
    }

    /// Starts a script, and lets go of it when it has printed `ready`.
    private func detached(_ order: AttemptOrder, _ harness: RunnerHarness) throws -> DetachedAttempt {
        let control = AttemptControl()
        let observer = harness.observer
        let asks = try DaemonThread(name: "asks") {
            _ = observer.sees("ready", until: .after(RunnerHarness.patience))
            control.detach()
        }
        defer { asks.join() }
        guard case .detached(let attempt?) = try detach(order, control, on: harness.runner) else {
            throw SystemError(call: "nothing was let go of", code: 0)
        }
        return attempt
    }

    private func end(_ result: AttemptReturn) throws -> AttemptEnd {
        guard case .ended(let end) = result else { throw SystemError(call: "it has not ended", code: 0) }
        return end
    }

    @Test(
        "a sweep spares what was let go of and ends all else, and another runner sees it through",
        arguments: Keeping.available)
    func goesOn(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let gate = try harness.makeGate()
        let order = harness.order(
            [
                "/bin/sh", "-c",
                "setsid sleep 300 & echo ready; printf begun; read line < gate; echo ' and done'; exit 9",
            ])
        let attempt = try detached(order, harness)
        let other = try ForeignProcess(
            script: "exec sleep 300", store: harness.store,
            attempt: AttemptID(job: JobID(rawValue: 99), number: 1), cgroup: nil)
        let next = try keeping.containment(store: harness.store)
        #expect(try next.sweep(until: .now + RunnerHarness.patience, sparing: [order.id: attempt.tree]))
        #expect(other.isAlive == (keeping == .cgroup))
        other.end()
        let runner = try CommandRunner(
            containment: next,
            context: RunnerContext(files: harness.files, observer: harness.observer, store: harness.store))
        try gate.write(all: Array("go\n".utf8))
        let end = try end(runner.run(order, control: AttemptControl(), from: attempt))
        #expect(end.outcome == .exited(code: 9))
        #expect(try harness.output() == "ready\nbegun and done\n")
        runner.tidy()
        try harness.expectNothingLeft()
        next.close()
    }

    @Test("what was asked for before and meanwhile is done", arguments: Keeping.available)
    func requests(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let order = harness.order(["/bin/sh", "-c", "trap 'exit 5' USR1; echo ready; while :; do sleep 0.05; done"])
        let attempt = try detached(order, harness)
        let signal = try #require(SignalNumber(rawValue: 10))
        let control = AttemptControl(.init(signals: [signal]))
        #expect(try end(harness.runner.run(order, control: control, from: attempt)).outcome == .exited(code: 5))
        try harness.expectNothingLeft()
    }

    @Test("the time limit goes on from where it was", arguments: Keeping.available)
    func limits(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let script = "trap '' TERM; echo ready; while :; do sleep 1; done"
        let late = harness.order(
            ["/bin/sh", "-c", script], timeout: .milliseconds(300), killAfter: .milliseconds(100))
        let attempt = try detached(late, harness)
        #expect(try end(harness.runner.run(late, control: AttemptControl(), from: attempt)).outcome == .timedOut)
        try harness.expectNothingLeft()
    }

    @Test("a stop that was under way goes on, and its KILL comes when it was to come", arguments: Keeping.available)
    func stops(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let script = "trap '' TERM; echo ready; while :; do sleep 1; done"
        let begin = BootTime.now
        let order = harness.order(["/bin/sh", "-c", script], killAfter: .seconds(300))
        var stopped = try detached(order, harness)
        stopped.supervision.causes = [.cancel]
        stopped.supervision.killDue = begin + .milliseconds(100)
        let result = try end(
            harness.runner.run(order, control: AttemptControl(.init(causes: [.cancel])), from: stopped))
        #expect(result.outcome == .cancelled && BootTime.now >= begin + .milliseconds(100))
        try harness.expectNothingLeft()
    }

    @Test("one that is frozen stays so until it is thawed", arguments: Keeping.available)
    func frozen(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let order = harness.order(["/bin/sh", "-c", "echo ready; exec sleep 300"], timeout: .seconds(200))
        var attempt = try detached(order, harness)
        let control = AttemptControl(.init(isFrozen: true))
        let promise = Promise<AttemptReturn>()
        let thread = try DaemonThread(name: "attempt") { [attempt, runner = harness.runner] in
            promise.succeed(runner.run(order, control: control, from: attempt))
        }
        try harness.waitUntilFrozen(true)
        control.detach()
        guard case .detached(let frozen?) = try promise.future.result(until: .after(RunnerHarness.patience)) else {
            Issue.record("it was not let go of")
            return
        }
        thread.join()
        #expect(frozen.supervision.isFrozen)
        guard case .standing = frozen.supervision.limit.state else {
            Issue.record("its time does not stand still")
            return
        }
        attempt = frozen
        let result = try end(
            harness.runner.run(order, control: AttemptControl(.init(causes: [.cancel])), from: attempt))
        #expect(result.outcome == .cancelled)
        try harness.expectNothingLeft()
    }

    @Test("one that was not started is let go of without a start", arguments: Keeping.available)
    func notStarted(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let order = harness.order(["/bin/sh", "-c", "echo ready; exec sleep 300"])
        let control = AttemptControl()
        control.freeze()
        control.detach()
        guard case .detached(nil) = try detach(order, control, on: harness.runner) else {
            Issue.record("it was started")
            return
        }
        #expect(try harness.processes() == [])
    }
}
