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
            let outcomes = try SystemCallFilter.with([SystemCallFilter.withoutClone3]) {
                orders.map { runner.run($0, control: AttemptControl()).outcome }
            }
            #expect(
                outcomes == [
                    .exited(code: 6), .couldNotStart(step: .execute, errno: ENOENT),
                    .couldNotStart(step: .directory, errno: ENOENT), .signalled(9), .timedOut, .exited(code: 0),
                ])
            #expect(try harness.processes() == [])
            let first = harness.observer.lines.map { String(decoding: $0.text, as: UTF8.self) }
            #expect(first.prefix(2) == ["out", "Seccomp:\t2"], "the filter was not in force")
            if keeping == .cgroup {
                #expect(try harness.output().contains("/jobd-\(harness.store)/job-slot-"))
            }
        }
    #endif
}
