import Glibc
import Kernel
import Testing
import Threading

/// Control groups of the unified hierarchy.
@Suite(.serialized)
struct CgroupTests {
    private static let name = "jobd-kernel-test-\(getpid())"

    /// Where groups may be made, if anywhere.
    private static let home: Cgroup? = {
        guard let group = try? Cgroup.own()?.child(name), (try? group.make()) != nil else { return nil }
        defer { try? group.remove() }
        return access("\(group.path)/cgroup.kill", W_OK) == 0 ? group : nil
    }()

    /// A child in a group, and what it started.
    private func spawn(_ script: String, in group: Cgroup) throws -> Int32 {
        try KernelTests.spawn(["/bin/sh", "-c", "echo $$ > \(group.path)/cgroup.procs; \(script)"])
    }

    private func waitUntilPopulated(_ group: Cgroup, by count: Int) throws {
        try waitUntil { try group.processes().count >= count }
    }

    private func waitUntil(_ isSo: () throws -> Bool) throws {
        let deadline = Deadline.after(patience)
        while try !isSo() {
            try #require(!deadline.isPast)
            sched_yield()
        }
    }

    @Test("a group is made, listed, and removed with those below it", .enabled(if: home != nil))
    func makes() throws {
        let group = try #require(Self.home)
        try group.make()
        try group.make()
        try group.child("a").make()
        try group.child("a").child("b").make()
        #expect(group.name == Self.name && group.child("a").parent == group)
        #expect(try group.children() == [group.child("a")])
        #expect(try group.processes() == [])
        #expect(try !group.isPopulated())
        #expect(try Cgroup.all(named: Self.name) == [group])
        #expect(try group.open().rawValue >= 0)
        try group.remove()
        try group.remove()
        #expect(access(group.path, F_OK) != 0)
        #expect(try Cgroup.all(named: Self.name) == [])
    }

    @Test("a killed group is empty, whatever it started and ignored", .enabled(if: home != nil))
    func kills() throws {
        let group = try #require(Self.home)
        try group.make()
        defer { try? group.remove() }
        let inner = group.child("inner")
        try inner.make()
        let child = try spawn("trap '' TERM; setsid sleep 300 & setsid sleep 301 & exec sleep 302", in: inner)
        try waitUntilPopulated(group, by: 3)
        #expect(try group.isPopulated())
        #expect(try !group.waitUntilEmpty(until: .now + .milliseconds(10)))
        #expect(throws: SystemError.self) { try inner.remove() }
        try group.kill()
        #expect(try group.waitUntilEmpty(until: .now + patience))
        #expect(try !group.isPopulated())
        // The exit record of the first is still there, and does not count.
        try group.remove()
        waitpid(child, nil, 0)
    }

    @Test("a frozen group stands still until it is thawed, and can be killed", .enabled(if: home != nil))
    func freezes() throws {
        let group = try #require(Self.home)
        try group.make()
        defer { try? group.remove() }
        let folder = try KernelFolder()
        let child = try spawn("while :; do echo x >> \(folder.file("beats")); done", in: group)
        defer {
            kill(child, SIGKILL)
            waitpid(child, nil, 0)
        }
        try waitUntil { access(folder.file("beats"), F_OK) == 0 }
        try group.freeze()
        try waitUntil { try group.isFrozen() }
        let beats = try FileContent.read(folder.file("beats"), limit: 1 << 28).count
        #expect(try ProcessTable.entries().contains { $0.id == child && !$0.isZombie })
        #expect(try FileContent.read(folder.file("beats"), limit: 1 << 28).count == beats)
        try group.thaw()
        try waitUntil { try FileContent.read(folder.file("beats"), limit: 1 << 28).count > beats }
        #expect(try !group.isFrozen())
        try group.freeze()
        try waitUntil { try group.isFrozen() }
        try group.kill()
        #expect(try group.waitUntilEmpty(until: .now + patience))
    }

    @Test("who waits for an empty group is woken when it is", .enabled(if: home != nil))
    func wakes() throws {
        let group = try #require(Self.home)
        try group.make()
        defer { try? group.remove() }
        let child = try spawn("exec sleep 300", in: group)
        try waitUntilPopulated(group, by: 1)
        let isEmpty = Promise<Bool>()
        let thread = try DaemonThread(name: "waiter") {
            do { isEmpty.succeed(try group.waitUntilEmpty(until: .now + patience)) } catch { isEmpty.fail(error) }
        }
        kill(child, SIGKILL)
        waitpid(child, nil, 0)
        #expect(try isEmpty.future.result(until: .after(patience)))
        thread.join()
    }

    @Test("a group that is not there is an error, not an empty one", .enabled(if: home != nil))
    func missing() throws {
        let group = try #require(Self.home).child("missing")
        #expect(throws: SystemError.self) { _ = try group.isPopulated() }
        #expect(throws: SystemError.self) { _ = try group.waitUntilEmpty(until: .now) }
        #expect(throws: SystemError.self) { try group.kill() }
        #expect(throws: SystemError.self) { _ = try group.processes() }
    }
}
