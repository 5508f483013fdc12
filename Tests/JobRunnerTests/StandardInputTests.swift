import Glibc
import JobRunner
import Jobs
import Kernel
import SeededRandom
import SeededRandom
import Testing
import Threading

/// What a job reads, and what it asks for beyond what it may have.
@Suite(.serialized)
struct StandardInputTests {
    private static let isRoot = geteuid() == 0

    private func run(_ harness: RunnerHarness, bytes: [UInt8], _ arguments: [String] = ["/bin/cat"]) throws -> Outcome {
        try harness.run(harness.order(arguments, input: bytes)).outcome
    }

    private func run(_ harness: RunnerHarness, _ input: StandardInput, _ arguments: [String] = ["/bin/cat"]) throws
        -> Outcome
    {
        try harness.run(harness.order(arguments, surroundings: Surroundings(input: input))).outcome
    }

    @Test(
        "a job reads exactly the bytes that came with it, and then the end", arguments: Keeping.available,
        [0, 1, 4_096, 65_537, StandardInput.maxLength])
    func bytes(keeping: Keeping, count: Int) throws {
        let harness = try RunnerHarness(keeping)
        var random = SeededRandom(seed: UInt64(count))
        let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
        #expect(try run(harness, bytes: bytes) == .exited(code: 0))
        #expect(try count == 0 ? !harness.folder.exists("output") : harness.written(to: "stdout") == bytes)
    }

    @Test("each attempt reads them from the beginning, and none can change them")
    func sealed() throws {
        let harness = try RunnerHarness(.session)
        for _ in 0..<2 {
            #expect(
                try run(harness, bytes: Array("hello".utf8), ["/bin/sh", "-c", "echo bad >&0; head -c 5"])
                    == .exited(code: 0))
            #expect(try harness.output() == "hello")
        }
    }

    @Test("a job reads from a file that it may read", arguments: Keeping.available)
    func file(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let path = try harness.folder.write("from a file".utf8, to: "input")
        for path in [path, "input"] {
            #expect(try run(harness, .file(path)) == .exited(code: 0))
            #expect(try harness.output() == "from a file")
        }
        let script = ["/bin/sh", "-c", "exec ls -l /proc/self/fd"]
        #expect(try run(harness, .file("/dev/zero"), script) == .exited(code: 0))
        #expect(try harness.output().contains("0 -> /dev/zero") && !harness.output().contains("/input"))
    }

    @Test("a file that is not there, is none, or would be waited for is refused", arguments: Keeping.available)
    func refused(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        try #require(mkfifo(harness.folder.file("fifo"), 0o600) == 0)
        let refusals = try ["missing", "fifo", "."].map { try run(harness, .file($0), ["/bin/touch", "ran"]) }
        #expect(refusals == [ENOENT, EINVAL, EISDIR].map { .couldNotStart(step: .input, errno: $0) })
        #expect(!harness.folder.exists("ran"))
    }

    @Test(
        "a file is opened with the rights of the user, not of the daemon", .enabled(if: isRoot),
        arguments: Keeping.available)
    func rights(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping, accounts: FixedAccounts.user(inGroups: 1))
        try #require(chmod(harness.folder.path, 0o755) == 0)
        let path = try harness.folder.write("secret".utf8, to: "secret", mode: 0o600)
        let order = harness.order(
            ["/bin/cat"], submitter: Submitter(user: FixedAccounts.user, group: FixedAccounts.group),
            surroundings: Surroundings(input: .file(path)))
        #expect(try harness.run(order).outcome == .couldNotStart(step: .input, errno: EACCES))
    }

    @Test("a user's job does not get what its user may not have", .enabled(if: isRoot), arguments: Keeping.available)
    func wishes(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping, accounts: FixedAccounts.user(inGroups: 1))
        let user = Submitter(user: FixedAccounts.user, group: FixedAccounts.group)
        func outcome(_ surroundings: Surroundings, _ submitter: Submitter = user) throws -> Outcome {
            try harness.run(
                harness.order(["/bin/true"], directory: "/", submitter: submitter, surroundings: surroundings)
            ).outcome
        }
        let tooNice = Surroundings(nice: -5)
        let tooFast = Surroundings(ioPriority: .realTime(level: 0))
        let tooMuch = Surroundings(limits: ProcessLimits([.openFiles: .init(1 << 30)]))
        #expect(try outcome(tooNice) == .couldNotStart(step: .priority, errno: EACCES))
        #expect(try outcome(tooFast) == .couldNotStart(step: .ioPriority, errno: EPERM))
        #expect(try outcome(tooMuch) == .couldNotStart(step: .limits, errno: EPERM))
        #expect(try outcome(Surroundings(nice: 5, ioPriority: .idle)) == .exited(code: 0))
    }

    @Test("a priority of I/O is read as people write it")
    func ioPriority() {
        let texts = ["idle", "best-effort", "best-effort:7", "realtime:0"]
        #expect(
            texts.map { IOPriority($0) } == [
                .idle, .bestEffort(level: 4), .bestEffort(level: 7), .realTime(level: 0),
            ])
        for text in ["", "idle:1", "best-effort:8", "best-effort:", "best-effort:07", "fast", "realtime:-1", "Idle"] {
            #expect(IOPriority(text) == nil, "\(text)")
        }
        for text in texts.dropFirst(2) { #expect(IOPriority(text)?.description == text) }
    }
}
