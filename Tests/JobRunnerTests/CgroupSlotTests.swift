import Glibc
import JobRunner
import Jobs
import Kernel
import Testing

/// Control groups that hold one attempt after the other.
@Suite(.serialized, .enabled(if: Keeping.hasCgroups))
struct CgroupSlotTests {
    private func groups(_ harness: RunnerHarness) throws -> [Cgroup] {
        try Cgroup.all(named: "jobd-\(harness.store)").flatMap { try $0.children() }
    }

    /// The group that an attempt of this script is in.
    private func group(_ harness: RunnerHarness, script: String = ":") throws -> Cgroup {
        let root = try #require(try Cgroup.mountPoint())
        let outcome = try harness.run(script: "\(script); grep ^0:: /proc/self/cgroup").outcome
        try #require(outcome == .exited(code: 0))
        let line = try #require(try harness.output().split(separator: "\n").first)
        return Cgroup(path: root + line.dropFirst(3))
    }

    @Test("a group that is empty holds the next attempt, and attempts at a time have groups of their own")
    func again() throws {
        let harness = try RunnerHarness(.cgroup)
        let first = try group(harness)
        let second = try group(harness)
        #expect(first != second, "nobody had given the first one back")
        harness.runner.tidy()
        #expect(Set([try group(harness), try group(harness)]) == [first, second])
        harness.runner.tidy()
        #expect(try groups(harness).count == 2)
        harness.containment.close()
        #expect(try Cgroup.all(named: "jobd-\(harness.store)") == [])
    }

    @Test("groups that a job made in it are gone before the next one", .enabled(if: geteuid() == 0))
    func nested() throws {
        let harness = try RunnerHarness(.cgroup)
        let root = try #require(try Cgroup.mountPoint())
        let script = "own=\(root)$(sed -n 's/^0:://p' /proc/self/cgroup); mkdir -p $own/a/b $own/c"
        let group = try group(harness, script: script)
        #expect(try group.children().count == 2)
        harness.runner.tidy()
        #expect(try group.children() == [])
        #expect(try self.group(harness) == group)
    }

    @Test("a group that was killed is not used again")
    func killed() throws {
        let harness = try RunnerHarness(.cgroup)
        let killed = try group(harness, script: "(sleep 300 &)")
        harness.runner.tidy()
        #expect(try groups(harness) == [])
        // Linux kills what is born into a group that was killed before.
        let next = try group(harness)
        #expect(next != killed)
    }

    @Test("a group that a job froze is not used again", .enabled(if: geteuid() == 0))
    func frozen() throws {
        let harness = try RunnerHarness(.cgroup)
        let root = try #require(try Cgroup.mountPoint())
        // A process that freezes its own group goes no further.
        let script = """
            echo ready
            echo 1 > \(root)$(sed -n 's/^0:://p' /proc/self/cgroup)/cgroup.freeze
            exec sleep 300
            """
        let attempt = try harness.start(script, killAfter: .zero)
        try harness.waitUntilFrozen(true)
        attempt.control.stop(because: .cancel)
        #expect(try attempt.end().outcome == .cancelled)
        harness.runner.tidy()
        #expect(try groups(harness) == [])
        _ = try group(harness)
    }

    @Test("a daemon whose own group was killed before can run jobs in groups", .enabled(if: geteuid() == 0))
    func ownGroupKilled() throws {
        let own = try #require(try Cgroup.own())
        let killed = own.child("jobd-runner-test-\(getpid())")
        try killed.make()
        try killed.kill()
        try FileContent.write("0", to: "\(killed.path)/cgroup.procs")
        defer {
            try? FileContent.write("0", to: "\(own.path)/cgroup.procs")
            try? killed.remove()
        }
        let harness = try RunnerHarness(.cgroup)
        let group = try group(harness)
        #expect(group.parent.parent == killed)
        harness.runner.tidy()
        harness.containment.close()
    }

    @Test("a group that somebody removed is made again")
    func removed() throws {
        let harness = try RunnerHarness(.cgroup)
        let first = try group(harness)
        harness.runner.tidy()
        try first.remove()
        #expect(try group(harness) == first)
    }
}
