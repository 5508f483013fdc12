import Glibc
import JobRunner
import Jobs
import Kernel
import Testing

/// How a daemon gets controllers for the groups of its jobs.
struct CgroupDelegationTests {
    private let folder: TemporaryFolder
    private let top: Cgroup
    private let home: Cgroup
    private let files: ScriptedControlFiles

    init() throws {
        folder = try TemporaryFolder()
        top = Cgroup(path: folder.file("top"))
        home = top.child("home")
        try top.make()
        try home.make()
        files = ScriptedControlFiles(
            root: folder.path,
            standard: [
                "cgroup.controllers": "cpuset cpu io memory pids\n", "cgroup.subtree_control": "\n",
                "cgroup.type": "domain\n",
            ])
    }

    private static let all = ["memory", "cpu", "pids", "io"]

    private static func enabling(_ names: [String], in group: String) -> [String] {
        names.map { "\(group)/cgroup.subtree_control: +\($0)" }
    }

    @Test("a daemon in the top group leaves it first, and goes back in the end")
    func leaves() throws {
        let delegation = CgroupDelegation(own: top, home: home, files: files)
        #expect(
            files.written == ["top/supervisor/cgroup.procs: 0"] + Self.enabling(Self.all, in: "top")
                + Self.enabling(Self.all, in: "top/home"))
        #expect(folder.exists("top/supervisor"))
        delegation.close()
        let off = Self.all.flatMap { name in
            ["top/home/cgroup.subtree_control: -\(name)", "top/cgroup.subtree_control: -\(name)"]
        }
        #expect(files.written == off + ["top/cgroup.procs: 0"])
        #expect(!folder.exists("top/supervisor"))
    }

    @Test("a daemon that systemd put beside its jobs stays where it is")
    func stays() throws {
        let delegation = CgroupDelegation(own: top.child("supervisor"), home: home, files: files)
        #expect(files.written == Self.enabling(Self.all, in: "top") + Self.enabling(Self.all, in: "top/home"))
        delegation.close()
        #expect(!files.written.contains { $0.contains("cgroup.procs") })
    }

    @Test("a controller that is refused does not keep the others away")
    func oneRefused() throws {
        files.refuse("+cpu", in: "top/cgroup.subtree_control", code: ENOENT)
        let delegation = CgroupDelegation(own: top.child("supervisor"), home: home, files: files)
        #expect(
            files.written == Self.enabling(Self.all, in: "top")
                + Self.enabling(["memory", "pids", "io"], in: "top/home"))
        delegation.close()
        #expect(!files.written.contains { $0.hasSuffix("-cpu") })
    }

    @Test("only controllers that are there are asked for")
    func notThere() throws {
        files.set("top/cgroup.controllers", "pids misc\n")
        _ = CgroupDelegation(own: top.child("supervisor"), home: home, files: files)
        #expect(files.written == Self.enabling(["pids"], in: "top") + Self.enabling(["pids"], in: "top/home"))
    }

    @Test("where others in the top group keep all controllers out, everything is as before")
    func allRefused() throws {
        for name in Self.all { files.refuse("+\(name)", in: "top/cgroup.subtree_control", code: EBUSY) }
        let delegation = CgroupDelegation(own: top, home: home, files: files)
        #expect(
            files.written == ["top/supervisor/cgroup.procs: 0"] + Self.enabling(Self.all, in: "top")
                + ["top/cgroup.procs: 0"])
        #expect(!folder.exists("top/supervisor"))
        delegation.close()
        #expect(files.written == [])
    }

    @Test("a daemon that cannot leave the top group asks for nothing")
    func cannotLeave() throws {
        files.refuse("0", in: "top/supervisor/cgroup.procs", code: EACCES)
        let delegation = CgroupDelegation(own: top, home: home, files: files)
        #expect(files.written == ["top/supervisor/cgroup.procs: 0"])
        #expect(!folder.exists("top/supervisor"))
        delegation.close()
        #expect(files.written == [])
    }

    @Test("without controllers nothing is written, and in the root of all groups nobody moves")
    func nothingToDo() throws {
        files.set("top/cgroup.controllers", "\n")
        _ = CgroupDelegation(own: top, home: home, files: files)
        #expect(files.written == [])
        files.set("top/cgroup.controllers", "memory\n")
        files.set("top/cgroup.type", nil)
        _ = CgroupDelegation(own: top, home: home, files: files)
        #expect(files.written == Self.enabling(["memory"], in: "top") + Self.enabling(["memory"], in: "top/home"))
    }

    @Test("what was enabled before stays so")
    func enabledBefore() throws {
        files.set("top/cgroup.subtree_control", "memory pids\n")
        let delegation = CgroupDelegation(own: top.child("supervisor"), home: home, files: files)
        _ = files.written
        delegation.close()
        let off = ["cpu", "io"].flatMap { name in
            ["top/home/cgroup.subtree_control: -\(name)", "top/cgroup.subtree_control: -\(name)"]
        }
        #expect(files.written == off)
    }
}
