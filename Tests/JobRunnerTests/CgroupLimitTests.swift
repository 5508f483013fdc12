import Glibc
import JobRunner
import Jobs
import Kernel
import Testing

/// What a control group is told of an attempt's limits, and what it tells of the attempt.
struct CgroupLimitTests {
    private let folder: TemporaryFolder
    private let files: ScriptedControlFiles

    private static let limits = [
        "memory.max": "max", "memory.swap.max": "max", "cpu.max": "max 100000", "pids.max": "max",
        "io.weight": "default 100",
    ]
    private static let attempt = AttemptID(job: JobID(rawValue: 1), number: 1)
    private static let slot = "top/jobd-store/job-slot-1"

    init() throws {
        folder = try TemporaryFolder()
        try Cgroup(path: folder.file("top")).make()
        files = ScriptedControlFiles(root: folder.path, standard: Self.limits.merging(["cpu.stat": ""]) { $1 })
    }

    private func containment() throws -> CgroupContainment {
        let own = Cgroup(path: folder.file("top"))
        let containment = try #require(CgroupContainment(store: "store", own: own, files: files))
        #expect(files.written == ["top/jobd-store/trial/cgroup.kill: 1"])
        return containment
    }

    @Test("each limit is written to its file")
    func all() throws {
        let containment = try containment()
        #expect(containment.limitNames == [.memory, .swap, .cpu, .tasks, .ioWeight])
        let tree = try containment.makeTree(for: Self.attempt)
        try tree.limit(to: ResourceLimits(memory: 40 << 20, swap: 0, cpu: 150, tasks: 5, ioWeight: 10_000))
        #expect(
            files.written == [
                "\(Self.slot)/memory.max: 41943040", "\(Self.slot)/memory.swap.max: 0",
                "\(Self.slot)/cpu.max: 150000 100000", "\(Self.slot)/pids.max: 5", "\(Self.slot)/io.weight: 10000",
                "\(Self.slot)/memory.oom.group: 1",
            ])
        tree.end()
        #expect(!folder.exists(Self.slot), "a group that counts memory was kept")
        containment.close()
        #expect(!folder.exists("top/jobd-store"))
    }

    @Test("a limit that is not there is lifted")
    func none() throws {
        let containment = try containment()
        let tree = try containment.makeTree(for: Self.attempt)
        try tree.limit(to: ResourceLimits())
        #expect(
            files.written == [
                "\(Self.slot)/memory.max: max", "\(Self.slot)/memory.swap.max: max", "\(Self.slot)/cpu.max: max 100000",
                "\(Self.slot)/pids.max: max", "\(Self.slot)/io.weight: 100", "\(Self.slot)/memory.oom.group: 1",
            ])
        tree.end()
    }

    @Test("only what has a file can be limited", arguments: ResourceLimits.Name.allCases)
    func missing(name: ResourceLimits.Name) throws {
        let file = [
            .memory: "memory.max", .swap: "memory.swap.max", .cpu: "cpu.max", .tasks: "pids.max",
            .ioWeight: "io.weight",
        ][name]
        files.set("top/jobd-store/trial/\(try #require(file))", nil)
        let containment = try containment()
        #expect(containment.limitNames == ResourceLimits.Name.allCases.filter { $0 != name })
        let runner = try CommandRunner(
            containment: containment,
            context: RunnerContext(
                files: OutputFiles(folder: folder.file("output")), observer: RecordingObserver(), store: "store"))
        for other in ResourceLimits.Name.allCases where other != name {
            #expect(runner.abilities.enforcement(of: other) == .full)
        }
        let substitute: Enforcement = name == .memory || name == .tasks ? .approximate : .none
        #expect(runner.abilities.enforcement(of: name) == substitute)
        #expect(runner.abilities.units == .noSystemd)
    }

    @Test("an attempt whose limits cannot be written does not start, and leaves no group")
    func refused() throws {
        let containment = try containment()
        files.refuse("7", in: "\(Self.slot)/pids.max", code: EINVAL)
        let runner = try CommandRunner(
            containment: containment,
            context: RunnerContext(
                files: OutputFiles(folder: folder.file("output")), observer: RecordingObserver(), store: "store"))
        let order = AttemptOrder(
            id: Self.attempt, command: Command(arguments: ["/bin/true"], directory: "/", environment: [:]), name: nil,
            queue: .default, submitter: RunnerHarness.ownSubmitter, resources: ResourceLimits(tasks: 7), timeout: nil,
            killAfter: .zero, outputLimit: 0)
        let end = runner.run(order, control: AttemptControl())
        #expect(end.outcome == .couldNotStart(step: .cgroupLimits, errno: EINVAL))
        #expect(!folder.exists(Self.slot))
    }

    @Test("what a group has counted is told, from the beginning of the attempt on")
    func usage() throws {
        for file in ["memory.peak", "memory.events", "io.stat"] { files.set("top/jobd-store/trial/\(file)", "") }
        let containment = try containment()
        files.set("\(Self.slot)/cpu.stat", "usage_usec 900\nuser_usec 700\nsystem_usec 200\nnr_periods 0\n")
        files.set("\(Self.slot)/memory.events", "low 0\nhigh 0\nmax 3\noom 1\noom_kill 1\noom_group_kill 1\n")
        files.set("\(Self.slot)/io.stat", "8:0 rbytes=100 wbytes=7 rios=1 wios=2 dbytes=0 dios=0\n")
        let tree = try containment.makeTree(for: Self.attempt)
        files.set("\(Self.slot)/cpu.stat", "usage_usec 1900\nuser_usec 1500\nsystem_usec 400\nnr_periods 0\n")
        files.set("\(Self.slot)/memory.events", "low 0\nhigh 0\nmax 9\noom 2\noom_kill 4\noom_group_kill 2\n")
        files.set(
            "\(Self.slot)/io.stat",
            "8:0 rbytes=150 wbytes=8 rios=1 wios=2 dbytes=0 dios=0\n259:1 rbytes=1000 wbytes=70 rios=1 wios=2\n253:0\n")
        files.set("\(Self.slot)/memory.peak", "123456\n")
        var expected = TreeUsage()
        expected.userTime = .microseconds(800)
        expected.systemTime = .microseconds(200)
        expected.peakMemory = 123_456
        expected.readBytes = 1_050
        expected.writtenBytes = 71
        expected.outOfMemoryKills = 4
        #expect(tree.usage() == expected)
        tree.end()
    }

    @Test("what a group does not count is not told")
    func countsNothing() throws {
        let containment = try containment()
        let tree = try containment.makeTree(for: Self.attempt)
        files.set("\(Self.slot)/cpu.stat", "usage_usec 1900\nuser_usec 1500\nsystem_usec 400\n")
        var expected = TreeUsage()
        expected.userTime = .microseconds(1_500)
        expected.systemTime = .microseconds(400)
        #expect(tree.usage() == expected)
        files.set("\(Self.slot)/cpu.stat", nil)
        #expect(tree.usage() == nil)
        tree.end()
    }
}
