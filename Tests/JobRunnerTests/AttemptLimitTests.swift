import Glibc
import JobRunner
import Jobs
import Kernel
import Testing

/// Limits without control groups that could hold an attempt to them.
@Suite(.serialized)
struct AttemptLimitTests {
    private static let nobody: Account? = try? Account.named("nobody")
    private static let canBeNobody = geteuid() == 0 && nobody != nil
    /// This machine's groups may know limits; those of a session know none.
    private static let keeping = Keeping.session

    private func limit(_ option: String, resources: ResourceLimits, limits: ProcessLimits = ProcessLimits()) throws
        -> String
    {
        let harness = try RunnerHarness(Self.keeping)
        let submitter = Self.nobody.map { Submitter(user: $0.user, group: $0.group) } ?? RunnerHarness.ownSubmitter
        let order = harness.order(
            ["/bin/bash", "-c", "ulimit \(option)"], directory: "/", submitter: submitter,
            surroundings: Surroundings(limits: limits), resources: resources)
        #expect(try harness.run(order).outcome == .exited(code: 0))
        return String(try harness.output().dropLast())
    }

    @Test("memory is limited for each process", .enabled(if: canBeNobody))
    func memory() throws {
        // In KiB.
        #expect(try limit("-Hv", resources: ResourceLimits(memory: 1 << 30)) == "1048576")
        #expect(try limit("-Sv", resources: ResourceLimits(memory: 1 << 30)) == "1048576")
    }

    @Test("tasks are limited for the user", .enabled(if: canBeNobody))
    func tasks() throws {
        #expect(try limit("-Hu", resources: ResourceLimits(tasks: 77)) == "77")
    }

    @Test("a lower limit of the job's own wins, a higher one does not", .enabled(if: canBeNobody))
    func own() throws {
        let resources = ResourceLimits(memory: 1 << 30)
        #expect(
            try limit("-Hv", resources: resources, limits: ProcessLimits([.addressSpace: .init(1 << 29)])) == "524288")
        #expect(
            try limit("-Hv", resources: resources, limits: ProcessLimits([.addressSpace: .init(1 << 31)])) == "1048576")
    }

    @Test("a program that needs more memory does not get it", .enabled(if: access("/usr/bin/python3", X_OK) == 0))
    func tooMuch() throws {
        let harness = try RunnerHarness(Self.keeping)
        let program = "x = bytearray(1 << 30)"
        let limited = harness.order(["/usr/bin/python3", "-c", program], resources: ResourceLimits(memory: 1 << 28))
        #expect(try harness.run(limited).outcome == .exited(code: 1))
        #expect(try harness.run(harness.order(["/usr/bin/python3", "-c", program])).outcome == .exited(code: 0))
    }

    @Test(
        "a limit that nothing holds an attempt to keeps it from starting",
        arguments: [ResourceLimits(swap: 0), ResourceLimits(cpu: 50), ResourceLimits(ioWeight: 10)])
    func refused(resources: ResourceLimits) throws {
        let harness = try RunnerHarness(Self.keeping)
        let end = try harness.run(
            harness.order(["/usr/bin/touch", harness.folder.file("ran")], resources: resources))
        #expect(end.outcome == .couldNotStart(step: .cgroupLimits, errno: EOPNOTSUPP))
        #expect(!harness.folder.exists("ran"))
    }

    @Test("root's tasks are not limited in silence", .enabled(if: geteuid() == 0))
    func root() throws {
        let harness = try RunnerHarness(Self.keeping)
        let end = try harness.run(harness.order(["/bin/true"], resources: ResourceLimits(tasks: 100)))
        #expect(end.outcome == .couldNotStart(step: .cgroupLimits, errno: EOPNOTSUPP))
    }
}
