import Glibc
import JobRunner
import Jobs
import Kernel
import Testing
import Threading

/// What a job finds around itself when it starts.
@Suite(.serialized)
struct CommandSurroundingsTests {
    @Test("the environment is exactly what is promised, and nothing of the daemon's", arguments: Keeping.available)
    func environment(keeping: Keeping) throws {
        setenv("JOBD_TEST_LEAK", "leaked", 1)
        defer { unsetenv("JOBD_TEST_LEAK") }
        let harness = try RunnerHarness(keeping)
        let order = harness.order(["/usr/bin/env"], environment: ["GREETING": "good day", "EMPTY": "", "LANG": "C"])
        _ = try harness.run(order)
        let account = try #require(try Account.of(user: geteuid()))
        let path =
            geteuid() == 0
            ? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" : "/usr/local/bin:/usr/bin:/bin"
        #expect(
            Set(try harness.output().split(separator: "\n").map(String.init)) == [
                "HOME=\(account.home)", "USER=\(account.name)", "LOGNAME=\(account.name)", "SHELL=\(account.shell)",
                "PATH=\(path)", "LANG=C", "GREETING=good day", "EMPTY=", "JOBD_ID=\(order.id.job)", "JOBD_ATTEMPT=1",
                "JOBD_QUEUE=default", "JOBD_STORE=\(harness.store)",
            ])
    }

    @Test("a job cannot say that it is another", arguments: Keeping.available)
    func ownName(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let order = harness.order(
            ["/usr/bin/env"], environment: ["JOBD_ID": "77", "JOBD_STORE": "x", "JOBD_QUEUE": "y"])
        _ = try harness.run(order)
        let variables = try harness.output().split(separator: "\n").filter { $0.hasPrefix("JOBD_") }
        #expect(
            Set(variables.map(String.init)) == [
                "JOBD_ID=1", "JOBD_ATTEMPT=1", "JOBD_QUEUE=default", "JOBD_STORE=\(harness.store)",
            ])
    }

    @Test("arguments come through as they are", arguments: Keeping.available)
    func arguments(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        let arguments = ["", " ", "$HOME", "*", "a\"b'c", "-n", "grüße\u{7}", "two\nlines"]
        _ = try harness.run(harness.order(["/usr/bin/printf", "%s\\0"] + arguments))
        let written = try harness.written(to: "stdout").split(separator: 0, omittingEmptySubsequences: false)
        #expect(written.dropLast().map { String(decoding: $0, as: UTF8.self) } == arguments)
    }

    @Test("only stdin, stdout and stderr are open", arguments: Keeping.available)
    func descriptors(keeping: Keeping) throws {
        // One that is not closed on exec, far up, and one right behind the three.
        let stray = open("/dev/null", O_RDONLY)
        let far = dup2(stray, 400)
        defer {
            close(stray)
            close(far)
        }
        let harness = try RunnerHarness(keeping)
        _ = try harness.run(harness.order(["/bin/ls", "-l", "/proc/self/fd"]))
        let entries = try harness.output().split(separator: "\n").filter { $0.contains(" -> ") }
        let links = Dictionary(
            uniqueKeysWithValues: entries.map { entry in
                let words = entry.split(separator: " ")
                return (String(words[words.count - 3]), String(words[words.count - 1]))
            })
        // The fourth is the one by which ls reads the folder.
        #expect(links.keys.sorted() == ["0", "1", "2", "3"])
        #expect(links["0"] == "/dev/null")
        #expect(links["1"]?.hasPrefix("pipe:") == true && links["2"]?.hasPrefix("pipe:") == true)
        #expect(links["1"] != links["2"])
        #expect(links["3"]?.hasSuffix("/fd") == true)
    }

    @Test("no signal is blocked or ignored, whatever the daemon does with its own", arguments: Keeping.available)
    func signals(keeping: Keeping) throws {
        let before = [SIGPIPE, SIGUSR1, SIGHUP].map { ($0, signal($0, SIG_IGN)) }
        defer { for (number, handler) in before { signal(number, handler) } }
        let harness = try RunnerHarness(keeping)
        // The thread that starts it has all signals blocked.
        let status = try harness.status()
        #expect(status["SigBlk"] == "0000000000000000")
        #expect(status["SigIgn"] == "0000000000000000")
        #expect(status["SigCgt"] == "0000000000000000")
        #expect(status["SigPnd"] == "0000000000000000")
    }

    @Test("the umask is 022, whatever the daemon's is", arguments: Keeping.available)
    func mask(keeping: Keeping) throws {
        let before = umask(0o077)
        defer { umask(before) }
        let harness = try RunnerHarness(keeping)
        #expect(try harness.status()["Umask"] == "0022")
    }

    @Test("a job leads a session and a process group of its own, without a terminal", arguments: Keeping.available)
    func session(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        _ = try harness.run(harness.order(["/bin/cat", "/proc/self/stat"]))
        let fields = try harness.output().split(separator: " ")
        // proc(5): 1 pid, 5 process group, 6 session, 7 terminal
        #expect(fields[0] == fields[4] && fields[0] == fields[5])
        #expect(fields[6] == "0")
        #expect(fields[5] != "\(getsid(0))")
    }

    @Test("it starts in the directory that was asked for, or at home", arguments: Keeping.available)
    func directory(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        _ = try harness.run(harness.order(["/bin/pwd", "-P"]))
        #expect(try harness.output() == "\(harness.folder.path)\n")
        let home = AttemptOrder(
            id: AttemptID(job: JobID(rawValue: 1_000), number: 1), command: Command(arguments: ["/bin/pwd"]),
            name: nil, queue: .default, submitter: RunnerHarness.ownSubmitter, timeout: nil, killAfter: .seconds(1),
            outputLimit: 1_000)
        let account = try #require(try Account.of(user: geteuid()))
        let hasHome = access(account.home, X_OK) == 0
        #expect(
            try harness.run(home).outcome
                == (hasHome ? .exited(code: 0) : .couldNotStart(step: .directory, errno: ENOENT)))
        if hasHome { #expect(String(decoding: harness.observer.lines.last?.text ?? [], as: UTF8.self) == account.home) }
    }

    @Test("there is nothing to read on stdin", arguments: Keeping.available)
    func standardInput(keeping: Keeping) throws {
        let harness = try RunnerHarness(keeping)
        #expect(try harness.run(script: "if read line; then exit 9; fi; exit 6").outcome == .exited(code: 6))
    }

    @Test("each attempt is in a cgroup of its own from birth", .enabled(if: Keeping.hasCgroups))
    func ownGroup() throws {
        let harness = try RunnerHarness(.cgroup)
        _ = try harness.run(harness.order(["/bin/cat", "/proc/self/cgroup"]))
        let line = try #require(try harness.output().split(separator: "\n").first { $0.hasPrefix("0::") })
        #expect(line.hasSuffix("/jobd-\(harness.store)/job-slot-1"))
    }

    @Test("a job does not have the out-of-memory score of a daemon that has one", .enabled(if: geteuid() == 0))
    func outOfMemoryScore() throws {
        let file = "/proc/self/oom_score_adj"
        try #require(OutOfMemoryScore.isStandard)
        try FileContent.write("7", to: file)
        defer { try? FileContent.write("0", to: file) }
        #expect(!OutOfMemoryScore.isStandard)
        let harness = try RunnerHarness(.session)
        #expect(try harness.run(script: "cat \(file)").outcome == .exited(code: 0))
        #expect(try harness.output() == "0\n")
    }
}

extension RunnerHarness {
    /// The fields of /proc/self/status of a job.
    func status(submitter: Submitter = ownSubmitter) throws -> [String: String] {
        let end = try run(order(["/bin/cat", "/proc/self/status"], directory: "/", submitter: submitter))
        try #require(end.outcome == .exited(code: 0))
        let pairs = try output().split(separator: "\n").map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (String(parts[0]), parts[1].split(whereSeparator: \.isWhitespace).joined(separator: " "))
        }
        return Dictionary(pairs) { first, _ in first }
    }
}
