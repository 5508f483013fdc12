import Glibc
import JobRunner
import Jobs
import Kernel
import Testing
import Threading

/// Nothing of an attempt outlives it, whatever it does for that.
@Suite(.serialized, .enabled(if: access("/usr/bin/python3", X_OK) == 0))
struct EscapeTests {
    private static let artists = EscapeArtist.allCases.filter { geteuid() == 0 || !$0.needsRoot }

    @Test(
        "what stays behind when a job ends does not get away from its cgroup", .enabled(if: Keeping.hasCgroups),
        arguments: artists)
    func leaves(artist: EscapeArtist) throws {
        let stage = try Stage(.cgroup, artist)
        let attempt = try stage.begin(thenLeaves: true)
        #expect(try attempt.end().outcome == .exited(code: 3))
        try stage.expectNobodyLeft()
    }

    @Test("what is stopped does not get away from its cgroup", .enabled(if: Keeping.hasCgroups), arguments: artists)
    func isStopped(artist: EscapeArtist) throws {
        let stage = try Stage(.cgroup, artist)
        let attempt = try stage.begin(thenLeaves: false)
        attempt.control.stop(because: .cancel)
        #expect(try attempt.end().outcome == .cancelled)
        try stage.expectNobodyLeft()
    }

    @Test(
        "what is frozen does not get away from its cgroup", .enabled(if: Keeping.hasCgroups),
        arguments: [EscapeArtist.ignoresAll, .isTraced, .daemonises, .bomb])
    func isFrozen(artist: EscapeArtist) throws {
        let stage = try Stage(.cgroup, artist)
        let attempt = try stage.begin(thenLeaves: false)
        attempt.control.freeze()
        try stage.waitUntilFrozen()
        attempt.control.stop(because: .abandonment)
        #expect(try attempt.end().outcome == .interrupted)
        try stage.expectNobodyLeft()
    }

    @Test(
        "without a cgroup, what keeps its session or its marks does not get away",
        arguments: artists.filter { !$0.needsCgroup },
        [true, false])
    func withoutCgroup(artist: EscapeArtist, thenLeaves: Bool) throws {
        let stage = try Stage(.session, artist)
        let attempt = try stage.begin(thenLeaves: thenLeaves)
        if !thenLeaves { attempt.control.stop(because: .cancel) }
        #expect(try attempt.end().outcome == (thenLeaves ? .exited(code: 3) : .cancelled))
        try stage.expectNobodyLeft()
    }

    @Test(
        "a tree that is only a process group would let them get away: they are worth testing with",
        arguments: artists.filter { $0.isSeenToLeaveGroup && !$0.needsRoot })
    func control(artist: EscapeArtist) throws {
        let stage = try Stage(.session, artist, weakly: true)
        let attempt = try stage.begin(thenLeaves: true)
        #expect(try attempt.end().outcome == .exited(code: 3))
        #expect(try !stage.left().isEmpty)
        try stage.clear()
    }
}

/// Where an escape artist performs: a harness whose folder is open to the user that it runs as.
private final class Stage {
    private let harness: RunnerHarness
    private let artist: EscapeArtist

    init(_ keeping: Keeping, _ artist: EscapeArtist, weakly: Bool = false) throws {
        self.artist = artist
        harness = try RunnerHarness(keeping) { weakly ? ProcessGroupContainment() : $0 }
        try #require(chmod(harness.folder.path, 0o777) == 0)
        // Without it, those that go on for ever end by themselves: so does a test that is torn off.
        _ = try harness.folder.write([], to: "go")
    }

    /// Starts the artist and waits until all its processes are there.
    func begin(thenLeaves: Bool) throws -> StartedAttempt {
        // A limit of processes does not hold for root.
        let nobody = geteuid() == 0 && !artist.needsRoot ? try Account.named("nobody") : nil
        let submitter = nobody.map { Submitter(user: $0.user, group: $0.group) } ?? RunnerHarness.ownSubmitter
        let order = harness.order(
            ["/usr/bin/python3", "-c", artist.program(thenLeaves: thenLeaves)], submitter: submitter,
            killAfter: .milliseconds(50))
        let attempt = try StartedAttempt(order, on: harness.runner)
        try #require(harness.observer.sees("ready", until: .after(RunnerHarness.patience)))
        return attempt
    }

    func waitUntilFrozen() throws { try harness.waitUntilFrozen(true) }

    func left() throws -> Set<Int32> { try livingNoted().union(harness.processes()) }

    private func livingNoted() throws -> Set<Int32> {
        let text = String(decoding: try FileContent.read(harness.folder.file("noted")), as: UTF8.self)
        let noted = Set(text.split(separator: "\n").compactMap { Int32($0) })
        return noted.intersection(try ProcessTable.entries().filter { !$0.isZombie }.map(\.id))
    }

    func expectNobodyLeft() throws {
        #expect(try livingNoted() == [])
        try harness.expectNothingLeft()
    }

    /// Ends what got away.
    func clear() throws {
        unlink(harness.folder.file("go"))
        try harness.waitUntil("the stage is empty") {
            let left = try left()
            for process in left { kill(process, SIGKILL) }
            return left.isEmpty
        }
    }
}
