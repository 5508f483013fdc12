import Glibc
import Jobs
import Systemd
import Testing

@testable import JobRunner

@Suite("The end of units")
struct UnitResultTests {
    /// - Parameter error: the error number of the step that failed; `nil` where the program ran.
    private static func outcome(_ result: String, _ code: Int, _ status: Int32, failedWith error: Int32? = nil)
        -> Outcome
    {
        UnitResult(result: result, code: Int32(code), status: status).outcome { _ in error }
    }

    @Test("an exit code and a signal are the program's")
    func ends() {
        #expect(Self.outcome("success", CLD_EXITED, 0) == .exited(code: 0))
        #expect(Self.outcome("exit-code", CLD_EXITED, 3) == .exited(code: 3))
        #expect(Self.outcome("signal", CLD_KILLED, SIGUSR1) == .signalled(SIGUSR1))
        #expect(Self.outcome("core-dump", CLD_DUMPED, SIGSEGV) == .signalled(SIGSEGV))
    }

    @Test("the kernel's end for want of memory, and systemd's for want of time, are told apart from others")
    func causes() {
        #expect(Self.outcome("oom-kill", CLD_KILLED, SIGKILL) == .outOfMemory)
        #expect(Self.outcome("timeout", CLD_KILLED, SIGTERM) == .timedOut)
    }

    @Test(
        "systemd's own exit codes are steps of the start",
        arguments: [
            (200 as Int32, StartStep.directory), (203, .execute), (205, .limits), (208, .input), (216, .group),
            (217, .user),
            (226, .unit), (228, .unit), (243, .secrets),
        ])
    func steps(_ status: Int32, _ step: StartStep) {
        let failed = Self.outcome("exit-code", CLD_EXITED, status, failedWith: EACCES)
        #expect(failed == .couldNotStart(step: step, errno: EACCES))
        #expect(Self.outcome("exit-code", CLD_EXITED, status) == .exited(code: status))
    }

    @Test("a code that is none of systemd's is the program's, whatever the journal says")
    func otherCodes() {
        for status: Int32 in [1, 126, 199, 246, 255] {
            #expect(Self.outcome("exit-code", CLD_EXITED, status, failedWith: EACCES) == .exited(code: status))
        }
    }

    @Test("a unit without a process did not start")
    func nothingRan() {
        #expect(Self.outcome("resources", 0, 0) == .couldNotStart(step: .unit, errno: ECANCELED))
    }
}

@Suite("The progress of units")
struct UnitProgressTests {
    private static let name = "jobd-abc-7-1.service"

    private static func changed(_ properties: [(String, BusValue)], of unit: String = name) -> SystemBus.Signal {
        let entries = properties.map { BusValue.entry(.string($0.0), .variant($0.1)) }
        return SystemBus.Signal(
            path: SystemdConnection.path(of: unit), member: "PropertiesChanged",
            arguments: [.string("interface"), .array(entries, of: "{sv}"), .strings([])])
    }

    private static func removed(_ result: String, of unit: String = name) -> SystemBus.Signal {
        SystemBus.Signal(
            path: "/org/freedesktop/systemd1", member: "JobRemoved",
            arguments: [.uint32(9), .objectPath("/job/9"), .string(unit), .string(result)])
    }

    private static func state(_ state: String, job: UInt32 = 0, of unit: String = name) -> SystemBus.Signal {
        changed(
            [("ActiveState", .string(state)), ("Job", .structure([.uint32(job), .objectPath("/")]))], of: unit)
    }

    @Test("a unit is over when it was started and is inactive or failed, without a job")
    func over() {
        for end in ["inactive", "failed"] {
            var progress = UnitProgress(of: Self.name)
            #expect(!progress.isOver)
            progress.take(Self.state("inactive", job: 9))
            #expect(!progress.isOver, "it is about to start")
            progress.take(Self.state("active"))
            progress.take(Self.removed("done"))
            #expect(!progress.isOver && progress.startResult == "done")
            progress.take(Self.state(end))
            #expect(progress.isOver)
        }
    }

    @Test("a unit that ends before its start was announced is over with both")
    func quick() {
        var progress = UnitProgress(of: Self.name)
        progress.take(Self.state("failed"))
        #expect(!progress.isOver)
        progress.take(Self.removed("failed"))
        #expect(progress.isOver && progress.startResult == "failed")
        progress.take(Self.removed("done"))
        #expect(progress.startResult == "failed", "the job that stops it is another")
    }

    @Test("what is announced of another unit changes nothing")
    func others() {
        var progress = UnitProgress(of: Self.name)
        let before = progress
        progress.take(Self.removed("done", of: "other.service"))
        progress.take(Self.state("active", of: "other.service"))
        #expect(progress == before)
    }

    @Test("a unit that is ending without its program has left something behind")
    func leftovers() {
        var progress = UnitProgress(of: Self.name)
        progress.take(Self.changed([("MainPID", .uint32(42))]))
        progress.take(Self.state("deactivating"))
        #expect(!progress.hasLeftovers)
        progress.take(Self.changed([("MainPID", .uint32(0))]))
        #expect(progress.hasLeftovers)
    }
}
