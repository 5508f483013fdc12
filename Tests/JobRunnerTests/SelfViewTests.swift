import Glibc
import JobRunner
import Jobs
import Kernel
import Testing

/// What a job sees of itself, compared exactly, for each kind of user.
@Suite(.serialized)
struct SelfViewTests {
    private static let isRoot = geteuid() == 0
    private static let own = try? SelfView.status(
        String(decoding: FileContent.read("/proc/self/status"), as: UTF8.self))
    private static let none = "0000000000000000"

    private func fourTimes(_ number: UInt32) -> String {
        Array(repeating: "\(number)", count: 4).joined(separator: " ")
    }

    @Test("a user sees nothing of the daemon's", .enabled(if: isRoot), arguments: Keeping.available, [0, 1, 64])
    func user(keeping: Keeping, groupCount: Int) throws {
        let accounts = FixedAccounts.user(inGroups: groupCount)
        let harness = try RunnerHarness(keeping, accounts: accounts, openFileLimit: 1_000)
        let view = try SelfView(
            harness, submitter: Submitter(user: FixedAccounts.user, group: FixedAccounts.group),
            surroundings: Surroundings())
        #expect(
            view.status["Uid"] == fourTimes(FixedAccounts.user) && view.status["Gid"] == fourTimes(FixedAccounts.group))
        #expect(view.status["Groups"] == accounts.groups.sorted().map(String.init).joined(separator: " "))
        for set in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
            #expect(view.status[set] == Self.none, "\(set)")
        }
        #expect(view.outOfMemoryScore == "0")
        try check(view, harness, name: "somebody", home: "/", path: "/usr/local/bin:/usr/bin:/bin")
        checkKeyring(view, user: FixedAccounts.user, group: FixedAccounts.group)
    }

    @Test(
        "root's jobs have root's capabilities, and none that are inherited", .enabled(if: isRoot),
        arguments: Keeping.available)
    func root(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping, openFileLimit: 1_000)
        let view = try SelfView(harness, submitter: Submitter(user: 0, group: 0), surroundings: Surroundings())
        let root = try #require(try Account.of(user: 0))
        #expect(view.status["Uid"] == "0 0 0 0" && view.status["Gid"] == "0 0 0 0")
        #expect(view.status["Groups"] == (try root.groups(with: 0)).sorted().map(String.init).joined(separator: " "))
        for set in ["CapInh", "CapAmb"] { #expect(view.status[set] == Self.none, "\(set)") }
        for set in ["CapPrm", "CapEff", "CapBnd"] { #expect(view.status[set] == Self.own?["CapBnd"], "\(set)") }
        #expect(view.outOfMemoryScore == "0")
        try check(
            view, harness, name: "root", home: root.home, shell: root.shell,
            path: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
        checkKeyring(view, user: 0, group: 0)
    }

    @Test(
        "a daemon that is not root gives its jobs what it has itself, and no way to more", .enabled(if: !isRoot),
        arguments: Keeping.available, [true, false])
    func ordinary(keeping: Keeping, hasName: Bool) throws {
        let account = Account(user: geteuid(), name: "somebody", home: "/", shell: "/bin/sh", group: getegid())
        let harness = try RunnerHarness(
            keeping, accounts: FixedAccounts(account: hasName ? account : nil), openFileLimit: 1_000)
        let view = try SelfView(harness, submitter: RunnerHarness.ownSubmitter, surroundings: Surroundings())
        for field in ["Uid", "Gid", "Groups", "CapBnd"] { #expect(view.status[field] == Self.own?[field], "\(field)") }
        for set in ["CapInh", "CapPrm", "CapEff", "CapAmb"] { #expect(view.status[set] == Self.none, "\(set)") }
        let variables = ProcessEnvironment.variables
        try check(
            view, harness, name: hasName ? "somebody" : variables["USER"] ?? "\(geteuid())",
            home: hasName ? "/" : variables["HOME"] ?? "/", path: "/usr/local/bin:/usr/bin:/bin")
        checkKeyring(view, user: geteuid(), group: getegid())
    }

    @Test("where set-uid programs are to work, only that is different", .enabled(if: isRoot))
    func mayGain() throws {
        let harness = try RunnerHarness(.session, accounts: FixedAccounts.user(inGroups: 1))
        let submitter = Submitter(user: FixedAccounts.user, group: FixedAccounts.group)
        let view = try SelfView(harness, submitter: submitter, mayGainPrivileges: true, surroundings: Surroundings())
        #expect(view.status["NoNewPrivs"] == "0" && view.status["CapBnd"] == Self.own?["CapBnd"])
        for set in ["CapInh", "CapPrm", "CapEff", "CapAmb"] { #expect(view.status[set] == Self.none, "\(set)") }
    }

    @Test("a job gets what it wishes for", arguments: Keeping.available)
    func wishes(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping, openFileLimit: 1_000)
        let limits = ProcessLimits([.openFiles: .init(soft: 99, hard: 200), .core: .init(4_096), .cpuTime: .init(77)])
        let view = try SelfView(
            harness, submitter: RunnerHarness.ownSubmitter,
            surroundings: Surroundings(fileMask: 0o177, nice: 9, ioPriority: .bestEffort(level: 6), limits: limits))
        #expect(view.status["Umask"] == "0177")
        #expect(view.stat[18] == "9")
        #expect(view.limits["Max open files"] == "99 200" && view.limits["Max core file size"] == "4096 4096")
        #expect(view.limits["Max cpu time"] == "77 77")
        if let io = view.calls["io"] { #expect(io == "\(2 << 13 | 6)") }
    }

    @Test("a job may have fewer open files than the daemon has", arguments: Keeping.available)
    func fewDescriptors(keeping: Keeping) throws {
        _ = try OpenFileLimit.raise()
        var others: [Int32] = []
        defer { for descriptor in others { close(descriptor) } }
        while others.last ?? 0 < 100 {
            let descriptor = fcntl(0, F_DUPFD_CLOEXEC, 3)
            try #require(descriptor >= 0)
            others.append(descriptor)
        }
        let harness = try RunnerHarness(keeping, openFileLimit: 20)
        let view = try SelfView(
            harness, submitter: RunnerHarness.ownSubmitter,
            surroundings: Surroundings(limits: ProcessLimits([.openFiles: .init(10)]), input: .file("/dev/zero")))
        #expect(view.limits["Max open files"] == "10 10" && view.descriptors["0"] == "/dev/zero")
    }

    /// What is the same for all.
    private func check(
        _ view: SelfView, _ harness: RunnerHarness, name: String, home: String, shell: String = "/bin/sh", path: String
    ) throws {
        #expect(view.status["NoNewPrivs"] == "1" && view.status["Umask"] == "0022")
        for set in ["SigBlk", "SigIgn", "SigCgt", "SigPnd"] { #expect(view.status[set] == Self.none, "\(set)") }
        // proc(5): 1 process, 5 group, 6 session, 7 terminal, 19 nice, 41 policy.
        #expect(view.stat[0] == view.stat[4] && view.stat[0] == view.stat[5] && view.stat[6] == "0")
        // Who is not root and was made nice cannot go back.
        let ordinary = geteuid() == 0 ? 0 : max(0, getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0))
        #expect(view.stat[18] == "\(ordinary)" && view.stat[40] == "0")
        try checkLimits(view)
        #expect(
            view.environment == [
                "HOME=\(home)", "USER=\(name)", "LOGNAME=\(name)", "SHELL=\(shell)", "PATH=\(path)", "LANG=C.UTF-8",
                "GREETING=good day", "JOBD_ID=4", "JOBD_ATTEMPT=1", "JOBD_QUEUE=default",
                "JOBD_STORE=\(harness.store)",
            ])
        #expect(view.directory == "/usr")
        #expect(view.descriptors.keys.sorted() == ["0", "1", "2", "3"] && view.descriptors["0"] == "/dev/null")
        #expect(view.descriptors["1"]?.hasPrefix("pipe:") == true && view.descriptors["2"]?.hasPrefix("pipe:") == true)
        if harness.containment is CgroupContainment {
            #expect(view.cgroup?.contains("/jobd-\(harness.store)/job-slot-") == true)
        }
        if !view.calls.isEmpty {
            #expect(view.calls["securebits"] == "0" && view.calls["slack"] == "50000")
            // None of its own; what the kernel tells of that has changed between its versions.
            #expect(view.calls["io"] == "0" || view.calls["io"] == "\(2 << 13 | 4)")
        }
    }

    /// The daemon's, but for open files and core dumps.
    private func checkLimits(_ view: SelfView) throws {
        var limits = SelfView.limits(String(decoding: try FileContent.read("/proc/self/limits"), as: UTF8.self))
        for (name, soft) in ["Max open files": "1000", "Max core file size": "0"] {
            let hard = try #require(limits[name]?.split(separator: " ").last)
            limits[name] = "\(soft) \(hard)"
        }
        #expect(view.limits == limits)
    }

    /// A session of its own, which is its user's.
    private func checkKeyring(_ view: SelfView, user: UInt32, group: UInt32) {
        guard let keyring = view.calls["keyring"] else { return }
        #expect(keyring == "\(user) \(group) _ses")
    }
}
