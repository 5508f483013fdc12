import Glibc
import JobRunner
import Jobs
import Kernel
import Testing
import Threading

/// Processes that not even KILL ends, because they sleep in the kernel.
@Suite(.serialized, .enabled(if: StuckFileSystem.isPossible))
struct UninterruptibleTests {
    @Test(
        "a stopped job that cannot be ended is reported, and its worker is not free before it is gone",
        arguments: Keeping.available)
    func isReported(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping, patienceWithTheKilled: .milliseconds(50))
        let files = try StuckFileSystem(at: harness.folder.file("stuck"))
        let order = harness.order(["/usr/bin/stat", "stuck/file"], killAfter: .zero)
        let attempt = try StartedAttempt(order, on: harness.runner)
        let question = try files.waitForQuestion()
        attempt.control.stop(because: .cancel)
        #expect(harness.observer.isTold(ofUnended: 3, until: .after(RunnerHarness.patience)))
        let processes = try harness.processes()
        #expect(processes.count == 1 && harness.observer.cannotEnd.allSatisfy { $0 == processes })
        #expect(!attempt.isDone)
        try files.letGo(question)
        #expect(try attempt.end().outcome == .cancelled)
        try harness.expectNothingLeft()
    }

    @Test("nor is it free while something that the job left behind cannot be ended", arguments: Keeping.available)
    func leftBehind(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping, patienceWithTheKilled: .milliseconds(50))
        let files = try StuckFileSystem(at: harness.folder.file("stuck"))
        let order = harness.order(["/bin/sh", "-c", "setsid stat stuck/file & read line < gate; exit 4"])
        let gate = try harness.makeGate()
        let attempt = try StartedAttempt(order, on: harness.runner)
        let question = try files.waitForQuestion()
        try gate.write(all: Array("go\n".utf8))
        #expect(harness.observer.isTold(ofUnended: 2, until: .after(RunnerHarness.patience)))
        #expect(!attempt.isDone)
        try files.letGo(question)
        #expect(try attempt.end().outcome == .exited(code: 4))
        try harness.expectNothingLeft()
    }

    @Test("what was left by an earlier daemon and cannot be ended is not called gone", arguments: Keeping.available)
    func sweep(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let files = try StuckFileSystem(at: harness.folder.file("stuck"))
        let attempt = AttemptID(job: JobID(rawValue: 4), number: 2)
        let group = try harness.containment.makeTree(for: attempt).cgroup
        let path = harness.folder.file("stuck/file")
        let process = try ForeignProcess(
            script: "exec stat \(path)", store: harness.store, attempt: attempt, cgroup: group)
        let question = try files.waitForQuestion()
        #expect(try !harness.containment.sweep(until: .now + .milliseconds(50)))
        #expect(process.isAlive)
        try files.letGo(question)
        #expect(try harness.containment.sweep(until: .now + RunnerHarness.patience))
        process.end()
    }
}
