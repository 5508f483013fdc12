import JobRunner
import Jobs
import Kernel
import Testing

/// Attempts that the kernel ended because memory was short.
@Suite(.serialized)
struct OutOfMemoryTests {
    private func harness(_ keeping: Keeping, kills: Int64) throws -> RunnerHarness {
        var usage = TreeUsage()
        usage.outOfMemoryKills = kills
        return try RunnerHarness(keeping, instead: { [usage] in ScriptedContainment($0, usage: usage) })
    }

    @Test("an attempt that was killed for its memory is told as such", arguments: Keeping.available)
    func killed(keeping: Keeping) throws {
        let harness = try harness(keeping, kills: 1)
        #expect(try harness.run(script: "kill -9 $$").outcome == .outOfMemory)
        // A shell tells so of a child that was killed.
        #expect(try harness.run(script: "exit 137").outcome == .outOfMemory)
    }

    @Test("a job that got over it has its own exit code", arguments: Keeping.available)
    func gotOver(keeping: Keeping) throws {
        #expect(try harness(keeping, kills: 1).run(script: "exit 0").outcome == .exited(code: 0))
    }

    @Test("a stop that was asked for stays what it is", arguments: Keeping.available)
    func stopped(keeping: Keeping) throws {
        let harness = try harness(keeping, kills: 1)
        let attempt = try harness.start("echo ready; exec sleep 300")
        attempt.control.stop(because: .cancel)
        #expect(try attempt.end().outcome == .cancelled)
    }

    @Test("without a kill it is the signal", arguments: Keeping.available)
    func notKilled(keeping: Keeping) throws {
        #expect(try harness(keeping, kills: 0).run(script: "kill -9 $$").outcome == .signalled(9))
    }
}
