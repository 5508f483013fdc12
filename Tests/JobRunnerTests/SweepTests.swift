import Glibc
import JobRunner
import Jobs
import Kernel
import Testing

/// What an earlier daemon left behind is ended before anything new starts.
@Suite(.serialized)
struct SweepTests {
    private static let attempt = AttemptID(job: JobID(rawValue: 4), number: 2)

    /// Processes of an attempt: its leader, one in another session, and one whose parent is gone.
    private static let tree = "trap '' TERM; setsid sleep 300 & ( setsid sleep 301 & ); exec sleep 302"

    @Test("what is left of an attempt is ended and proven gone", arguments: Keeping.available)
    func ends(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let group = try keeping.containment(store: harness.store).makeTree(for: Self.attempt).cgroup
        let left = try ForeignProcess(script: Self.tree, store: harness.store, attempt: Self.attempt, cgroup: group)
        #expect(left.isAlive)
        #expect(try harness.containment.sweep(until: .now + RunnerHarness.patience))
        #expect(try harness.processes() == [])
        for home in try Cgroup.all(named: "jobd-\(harness.store)") { #expect(try home.children() == []) }
        left.end()
    }

    @Test("where nothing is left there is nothing to do, as often as one asks", arguments: Keeping.available)
    func nothing(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        #expect(try harness.containment.sweep(until: .now + RunnerHarness.patience))
        #expect(try harness.containment.sweep(until: .now + RunnerHarness.patience))
        #expect(try harness.run(script: "exit 1").outcome == .exited(code: 1))
    }

    @Test("another daemon's attempts are left alone", arguments: Keeping.available)
    func othersLive(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let other = try RunnerHarness(keeping)
        let group = try other.containment.makeTree(for: Self.attempt).cgroup
        let process = try ForeignProcess(
            script: "exec sleep 300", store: other.store, attempt: Self.attempt, cgroup: group)
        #expect(try harness.containment.sweep(until: .now + RunnerHarness.patience))
        #expect(process.isAlive)
        process.end()
        #expect(try other.containment.sweep(until: .now + RunnerHarness.patience))
    }

    @Test("the earlier daemon may have been started in another cgroup", .enabled(if: Keeping.hasCgroups))
    func elsewhere() throws {
        let harness = try RunnerHarness(.cgroup)
        let own = try #require(try Cgroup.own())
        let elsewhere = own.child("jobd-test-elsewhere-\(harness.store)")
        let group = elsewhere.child("jobd-\(harness.store)").child("job-4-2")
        for step in [elsewhere, elsewhere.child("jobd-\(harness.store)"), group] { try step.make() }
        defer { try? elsewhere.remove() }
        let left = try ForeignProcess(script: Self.tree, store: harness.store, attempt: Self.attempt, cgroup: group)
        #expect(try harness.containment.sweep(until: .now + RunnerHarness.patience))
        #expect(!left.isAlive)
        #expect(try harness.processes() == [])
        #expect(try elsewhere.children() == [])
        left.end()
    }
}
