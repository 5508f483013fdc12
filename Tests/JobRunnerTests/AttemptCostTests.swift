import Glibc
import JobRunner
import Jobs
import Kernel
import Testing

/// What is said of an attempt's cost.
@Suite(.serialized)
struct AttemptCostTests {
    private static let busy = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done"

    @Test("processor time, faults and the time that it took are told", arguments: Keeping.available)
    func told(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let begin = BootTime.now
        let end = try harness.run(harness.order(["/bin/sh", "-c", Self.busy], ready: .now))
        let whole = Duration.nanoseconds(BootTime.now.nanoseconds - begin.nanoseconds)
        let cost = try #require(end.cost)
        #expect(cost.userTime > .milliseconds(5) && cost.userTime + cost.systemTime < whole)
        #expect(try #require(cost.minorFaults) > 0 && cost.majorFaults != nil)
        #expect(cost.readBytes != nil && cost.writtenBytes != nil)
        let wallTime = try #require(cost.wallTime)
        let latency = try #require(cost.startLatency)
        #expect(wallTime > .milliseconds(5) && latency > .zero && wallTime + latency < whole)
    }

    @Test("a process that nobody waited for counts as well", .enabled(if: Keeping.hasCgroups))
    func notWaitedFor() throws {
        let harness = try RunnerHarness(.cgroup)
        // The first process neither waits for the busy one nor does anything itself.
        let end = try harness.run(
            script: "mkfifo done; (setsid sh -c '\(Self.busy); echo > done; exec sleep 300' &) ; read line < done")
        #expect(try #require(end.cost).userTime > .milliseconds(5))
    }

    @Test("an attempt in a group that was used before counts its own only", .enabled(if: Keeping.hasCgroups))
    func usedAgain() throws {
        let harness = try RunnerHarness(.cgroup)
        let first = try #require(try harness.run(script: "cat /proc/self/cgroup; \(Self.busy)").cost)
        let group = try harness.output()
        harness.runner.tidy()
        let second = try #require(try harness.run(script: "cat /proc/self/cgroup").cost)
        #expect(try harness.output() == group)
        #expect(second.userTime + second.systemTime < first.userTime + first.systemTime)
    }

    @Test("what its group counted is told, and what it did not count is the first process's")
    func fromGroup() throws {
        var usage = TreeUsage()
        usage.userTime = .seconds(7)
        usage.systemTime = .seconds(5)
        usage.peakMemory = 1 << 33
        usage.readBytes = 3
        usage.writtenBytes = 4
        let harness = try RunnerHarness(.session, instead: { [usage] in ScriptedContainment($0, usage: usage) })
        let cost = try #require(try harness.run(script: "exit 3").cost)
        #expect(cost.userTime == .seconds(7) && cost.systemTime == .seconds(5))
        #expect(cost.peakMemory == 1 << 33 && cost.readBytes == 3 && cost.writtenBytes == 4)
        #expect(try #require(cost.minorFaults) > 0)
        #expect(cost.startLatency == nil)
    }

    @Test("a job that was to start in the future has no negative latency")
    func clockSetBack() throws {
        let harness = try RunnerHarness(.session)
        let future = Timestamp(nanoseconds: Timestamp.now.nanoseconds + 3_600_000_000_000)
        let cost = try #require(try harness.run(harness.order(["/bin/true"], ready: future)).cost)
        #expect(cost.startLatency == .zero)
    }
}
