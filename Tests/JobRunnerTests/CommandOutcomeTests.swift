import Glibc
import JobRunner
import Jobs
import Kernel
import Testing
import Threading

/// How an attempt ends, and what is said of it.
@Suite(.serialized)
struct CommandOutcomeTests {
    @Test("an exit code is the outcome", arguments: Keeping.available, [0, 1, 7, 255] as [Int32])
    func exitCode(keeping: Keeping, code: Int32) throws {
        let harness = try RunnerHarness(keeping)
        #expect(try harness.run(script: "exit \(code)").outcome == .exited(code: code))
    }

    @Test("a signal that the program died of is the outcome", arguments: Keeping.available, [9, 10, 15] as [Int32])
    func signal(keeping: Keeping, number: Int32) throws {
        let harness = try RunnerHarness(keeping)
        #expect(try harness.run(script: "kill -\(number) $$").outcome == .signalled(number))
    }

    @Test(
        "a program that is not there could not be executed", arguments: Keeping.available,
        ["/nonexistent/program", "surely-no-such-program"])
    func missing(keeping: Keeping, program: String) throws {
        let harness = try RunnerHarness(keeping)
        let end = try harness.run(harness.order([program]))
        #expect(end.outcome == .couldNotStart(step: .execute, errno: ENOENT))
        #expect(end.cost == nil)
    }

    @Test("a file that may not be executed could not be executed", arguments: Keeping.available)
    func notExecutable(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let path = try harness.folder.write("#!/bin/sh\n".utf8, to: "plain")
        #expect(try harness.run(harness.order([path])).outcome == .couldNotStart(step: .execute, errno: EACCES))
        // The search goes on after it, and in the end says what tells most.
        let search = harness.order(["plain"], environment: ["PATH": "\(harness.folder.path):/nonexistent"])
        #expect(try harness.run(search).outcome == .couldNotStart(step: .execute, errno: EACCES))
    }

    @Test("a file that is no program could not be executed", arguments: Keeping.available)
    func noProgram(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let path = try harness.folder.write("no program\n".utf8, to: "text", mode: 0o755)
        #expect(try harness.run(harness.order([path])).outcome == .couldNotStart(step: .execute, errno: ENOEXEC))
    }

    @Test("a program without a slash is looked for in the job's own PATH, in its order", arguments: Keeping.available)
    func searchesPath(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        try Directory.make(harness.folder.file("first"), mode: 0o755)
        try Directory.make(harness.folder.file("second"), mode: 0o755)
        _ = try harness.folder.write("#!/bin/sh\nexit 3\n".utf8, to: "second/tool", mode: 0o755)
        let path = "\(harness.folder.file("first")):\(harness.folder.file("second"))"
        #expect(try harness.run(harness.order(["tool"], environment: ["PATH": path])).outcome == .exited(code: 3))
        _ = try harness.folder.write("#!/bin/sh\nexit 2\n".utf8, to: "first/tool", mode: 0o755)
        #expect(try harness.run(harness.order(["tool"], environment: ["PATH": path])).outcome == .exited(code: 2))
    }

    @Test("a directory that is not there could not be entered", arguments: Keeping.available)
    func missingDirectory(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let missing = harness.order(["/bin/true"], directory: "/nonexistent/folder")
        #expect(try harness.run(missing).outcome == .couldNotStart(step: .directory, errno: ENOENT))
        let file = try harness.folder.write([], to: "file")
        let noFolder = harness.order(["/bin/true"], directory: file)
        #expect(try harness.run(noFolder).outcome == .couldNotStart(step: .directory, errno: ENOTDIR))
    }

    @Test("an attempt's cost is what its process used", arguments: Keeping.available)
    func cost(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let script = "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done"
        let cost = try #require(try harness.run(script: script).cost)
        #expect(cost.userTime + cost.systemTime > .zero)
        #expect(cost.userTime < .seconds(30))
        #expect(cost.maxResident.map { (100 << 10)...(1 << 30) ~= $0 } ?? true)
    }

    @Test("the end is stamped after the begin", arguments: Keeping.available)
    func stamped(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let before = Timestamp.now
        let end = try harness.run(script: "exit 0")
        #expect(before <= end.at && end.at <= .now)
    }

    @Test("short commands side by side each keep their own end", arguments: Keeping.available)
    func sideBySide(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let runner = harness.runner
        let orders = (0..<4).map { _ in (0..<20).map { harness.order(["/bin/sh", "-c", "exit \($0 % 5)"]) } }
        let wrong = Monitor<[String]>([])
        let threads = try orders.map { orders in
            try DaemonThread(name: "side") {
                for (index, order) in orders.enumerated() {
                    let outcome = runner.run(order, control: AttemptControl()).outcome
                    if outcome != .exited(code: Int32(index % 5)) {
                        wrong.withLock { $0.append("\(order.id): \(outcome)") }
                    }
                }
            }
        }
        let deadline = Deadline.after(.seconds(120))
        for thread in threads { try #require(thread.join(until: deadline)) }
        #expect(wrong.withLock { $0 } == [])
    }

    @Test("neither a run nor a failed start leaves a descriptor or a process behind", arguments: Keeping.available)
    func leavesNothing(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        func round() throws {
            _ = try harness.run(script: "echo out; echo err >&2")
            _ = try harness.run(harness.order(["/nonexistent/program"]))
            _ = try harness.run(harness.order(["/bin/true"], directory: "/nonexistent"))
        }
        try round()
        let descriptors = try Directory.names(in: "/proc/self/fd").count
        for _ in 0..<5 { try round() }
        harness.runner.tidy()
        #expect(try Directory.names(in: "/proc/self/fd").count == descriptors)
        #expect(try harness.processes() == [])
        let own = getpid()
        #expect(try ProcessTable.entries().filter { $0.isZombie && $0.parent == own }.map(\.id) == [])
    }
}
