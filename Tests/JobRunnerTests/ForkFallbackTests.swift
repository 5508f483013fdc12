import Glibc
import JobRunner
import Jobs
import Kernel
import Testing
import Threading

/// Machines where clone3 is refused: the child is forked and joins its cgroup itself.
@Suite(.serialized)
struct ForkFallbackTests {
    #if arch(x86_64) || arch(arm64)
        @Test(
            "where clone3 is refused, everything holds that holds elsewhere", .enabled(if: SystemCallFilter.isPossible),
            arguments: Keeping.available)
        func holds(keeping: Keeping) throws {
            let harness = try RunnerHarness(keeping)
            let runner = harness.runner
            let orders = [
                harness.order(["/bin/sh", "-c", "echo out; grep Seccomp: /proc/self/status; exit 6"]),
                harness.order(["/nonexistent/program"]),
                harness.order(["/bin/true"], directory: "/nonexistent"),
                harness.order(["/bin/sh", "-c", "( setsid sleep 300 & ); kill -9 $$"]),
                harness.order(["/bin/sleep", "300"], timeout: .milliseconds(20)),
                harness.order(["/bin/cat", "/proc/self/cgroup"]),
            ]
            // A filter belongs to one thread and its children, so it goes away with the thread.
            let ends = Promise<[Outcome]>()
            let thread = try DaemonThread(name: "filtered") {
                do {
                    try SystemCallFilter.refuseClone3()
                    ends.succeed(orders.map { runner.run($0, control: AttemptControl()).outcome })
                } catch {
                    ends.fail(error)
                }
            }
            let outcomes = try ends.future.result(until: .after(RunnerHarness.patience))
            thread.join()
            #expect(
                outcomes == [
                    .exited(code: 6), .couldNotStart(step: .execute, errno: ENOENT),
                    .couldNotStart(step: .directory, errno: ENOENT), .signalled(9), .timedOut, .exited(code: 0),
                ])
            #expect(try harness.processes() == [])
            let first = harness.observer.lines.map { String(decoding: $0.text, as: UTF8.self) }
            #expect(first.prefix(2) == ["out", "Seccomp:\t2"], "the filter was not in force")
            if keeping == .cgroup {
                #expect(try harness.output().contains("/jobd-\(harness.store)/job-\(harness.lastAttempt.job)-1\n"))
            }
        }
    #endif
}

/// A seccomp filter for the calling thread and the processes that it starts (seccomp(2), "filter mode").
private enum SystemCallFilter {
    private typealias Prctl = @convention(c) (Int32, UInt, UInt, UInt, UInt) -> Int32

    /// prctl(2) has a variable number of arguments, which Swift does not import; with all five it is called as it is
    /// here on x86-64 and on 64-bit ARM.
    private static var prctl: Prctl? {
        dlsym(nil, "prctl").map { unsafeBitCast($0, to: Prctl.self) }
    }

    private static let noNewPrivileges: Int32 = 38
    private static let seccomp: Int32 = 22
    private static let getSeccomp: Int32 = 21
    private static let filterMode: UInt = 2

    static var isPossible: Bool { prctl.map { $0(getSeccomp, 0, 0, 0, 0) >= 0 } ?? false }

    /// From now on clone3 is answered with ENOSYS here.
    static func refuseClone3() throws {
        struct Instruction {
            var code: UInt16
            var ifTrue: UInt8
            var ifFalse: UInt8
            var value: UInt32
        }
        struct Program {
            var count: UInt16
            var instructions: UnsafePointer<Instruction>
        }
        let instructions = [
            Instruction(code: 0x20, ifTrue: 0, ifFalse: 0, value: 0),  // load the number of the call
            Instruction(code: 0x15, ifTrue: 0, ifFalse: 1, value: 435),  // clone3, on every architecture
            Instruction(code: 0x06, ifTrue: 0, ifFalse: 0, value: 0x0005_0000 | UInt32(ENOSYS)),  // fail
            Instruction(code: 0x06, ifTrue: 0, ifFalse: 0, value: 0x7FFF_0000),  // let it through
        ]
        let prctl = try #require(prctl)
        try systemCall("prctl PR_SET_NO_NEW_PRIVS") { prctl(noNewPrivileges, 1, 0, 0, 0) }
        try instructions.withUnsafeBufferPointer { buffer in
            let base = try #require(buffer.baseAddress)
            var program = Program(count: UInt16(buffer.count), instructions: base)
            try systemCall("prctl PR_SET_SECCOMP") {
                withUnsafePointer(to: &program) { prctl(seccomp, filterMode, UInt(bitPattern: $0), 0, 0) }
            }
        }
    }
}
