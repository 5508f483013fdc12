import ArgumentParser
import JobClient
import Testing

@testable import jobctl

@Suite("Options of add and run")
struct JobOptionsTests {
    private func add(_ arguments: String...) throws -> AddCommand {
        try #require(try Jobctl.parseAsRoot(["add"] + arguments) as? AddCommand)
    }

    private func refusal(_ arguments: String...) -> String? {
        do {
            _ = try Jobctl.parseAsRoot(["add"] + arguments)
            return nil
        } catch {
            return Jobctl.message(for: error)
        }
    }

    @Test("what stands after the command belongs to the command")
    func passThrough() throws {
        let command = try add("-q", "build", "ls", "-l", "--help", "--queue", "x", "--version", "--", "-p")
        #expect(try command.job.request().command == ["ls", "-l", "--help", "--queue", "x", "--version", "--", "-p"])
        #expect(try command.job.request().queue == "build")
        #expect(!command.idOnly)
    }

    @Test("two dashes before the command are not part of it")
    func dashes() throws {
        #expect(try add("-p", "--", "-odd", "-p").job.request().command == ["-odd", "-p"])
        #expect(try add("-p", "--", "-odd", "-p").idOnly)
        #expect(try add("--", "--", "x").job.request().command == ["--", "x"])
    }

    @Test("one word is text for the shell, several are executed exactly")
    func mode() throws {
        #expect(try add("echo hi | wc").job.mode() == .shell("echo hi | wc"))
        #expect(try add("echo hi | wc").job.request().command == ["/bin/sh", "-c", "echo hi | wc"])
        #expect(try add("--", "true").job.mode() == .shell("true"))
        #expect(try add("echo", "hi").job.mode() == .exact)
    }

    @Test("each option has its place in the request")
    func options() throws {
        let request = try add(
            "-q", "build", "-n", "first", "-w", "/srv", "-E", "A=1", "--env", "B=2=3", "-d", "1h 30min", "-o", "-5",
            "--timeout", "90", "--kill-after", "250ms", "--token", "t", "make", "all"
        ).job.request()
        var expected = JobRequest(command: ["make", "all"])
        expected.queue = "build"
        expected.name = "first"
        expected.directory = "/srv"
        expected.environment = ["A": "1", "B": "2=3"]
        expected.delay = .seconds(5400)
        expected.priority = -5
        expected.timeout = .seconds(90)
        expected.killAfter = .milliseconds(250)
        expected.token = "t"
        #expect(request == expected)
    }

    @Test("pueue's names for queue and name work too")
    func aliases() throws {
        let request = try add("-g", "build", "-l", "first", "make", "all").job.request()
        #expect(request.queue == "build")
        #expect(request.name == "first")
        #expect(try add("--group=build", "make", "all").job.request().queue == "build")
    }

    @Test("a short option and its value may be one word")
    func joined() throws {
        #expect(try add("-qbuild", "make", "all").job.request().queue == "build")
    }

    @Test("the directory is sent absolute")
    func directory() throws {
        let current = try #require(try add("true").job.request().directory)
        #expect(current.hasPrefix("/"))
        #expect(try add("-w", "sub", "true").job.request().directory == "\(current)/sub")
        #expect(try add("-w", ".", "true").job.request().directory == current)
    }

    @Test("a variable without a value is the caller's own")
    func environment() throws {
        let options = try add("-E", "TERM", "-E", "X=", "true").job
        #expect(try options.environment.variables(of: ["TERM": "linux"]) == ["TERM": "linux", "X": ""])
        #expect(throws: ValidationError.self) { try options.environment.variables(of: [:]) }
    }

    @Test("a mistake is a sentence that names the flag")
    func refusals() {
        #expect(refusal() == "Say which command to run.")
        #expect(refusal("--") == "Say which command to run after --.")
        #expect(refusal("  ") == "The command is empty.")
        #expect(refusal("--bogus", "ls")?.hasPrefix("There is no option --bogus.") == true)
        #expect(refusal("-o", "2000", "ls") == "--priority must be an integer from -1000 to 1000.")
        #expect(refusal("--timeout", "0", "ls") == "--timeout must be from 1ms to 3650d.")
        #expect(refusal("-q", "a b", "ls")?.hasPrefix("--queue must be 1 to 64 letters") == true)
        #expect(refusal("-E", "=x", "ls") == "--env =x: a variable's name must stand before the =.")
        #expect(refusal("-n", "", "ls")?.hasPrefix("--name must have") == true)
        let duration = refusal("--delay", "soon", "ls")
        #expect(duration?.contains("--delay") == true)
        #expect(duration?.contains("must be a duration like \"90s\"") == true)
    }

    @Test(
        "a mistake in a policy is a sentence that names the flag",
        arguments: [
            (["--delay", "5m", "--at", "6m"], "Give --delay or --at, not both."),
            (["--at", "soon"], "must be a time like 5m"),
            (["--at", "2026-02-30 10:00"], "must be a time like 5m"),
            (["--at", "9999-01-01 00:00"], "at latest in 2262"),
            (["--expires", "0"], "--expires must be from 1ms to 3650d."),
            (["--retries", "-1"], "--retries"),
            (["--retries", "2000000"], "--retries must be an integer from 0 to 1000000."),
            (["--backoff", "x"], "must be a duration"),
            (["--retry-on", "1,x"], "must be exit codes from 0 to 255, like 1 or 1,75"),
            (["--retry-on", "256"], "must be exit codes from 0 to 255"),
            (["--success-codes", ""], "must be exit codes from 0 to 255"),
            (["--on-interrupt", "ignore"], "must be requeue or fail"),
            (["--after", "4,,5"], "must be jobs like 4, 4,5, 7-9 or @last"),
            (["--after-any", "0"], "must be jobs like 4"), (["--after-fail", "x"], "must be jobs like 4"),
            (["--unique", ""], "--unique must have from 1 to 256 bytes."),
            (["-N", "0"], "--slots must be an integer from 1 to 1024."),
            (["--needs", "gpu=0"], "must be a name and a number from 1 to 1000000"),
            (["--needs", ""], "must be a name and a number"), (["--needs", "=2"], "must be a name and a number"),
            (["--limit", "api"], "must be a name and a number like api=2"),
            (["--limit", "api=many"], "must be a name and a number from 1"),
            (["--kill-after", "2d"], "--kill-after must be from 0 to 1d."),
            (["--token", ""], "--token must have from 1 to 128 bytes."),
        ] as [([String], String)])
    func policyRefusals(_ flags: [String], _ sentence: String) {
        let message: String?
        do {
            _ = try Jobctl.parseAsRoot(["add"] + flags + ["ls"])
            message = nil
        } catch {
            message = Jobctl.message(for: error)
        }
        #expect(message?.contains(sentence) == true, "\(message ?? "taken")")
    }

    @Test("each flag of a policy has its place in the request")
    func policy() throws {
        let request = try add(
            "-r", "5", "--backoff", "30s", "--retry-on", "1,75", "--expires", "2h", "-s", "-N", "3", "--needs", "gpu=2",
            "--needs", "tape", "--limit", "api=4", "--limit", "a=b=1", "--unique", "nightly,reject", "--on-interrupt",
            "requeue", "--success-codes", "3", "make", "all"
        ).job.request()
        var expected = JobRequest(command: ["make", "all"])
        expected.directory = request.directory
        expected.retries = 5
        expected.backoff = .seconds(30)
        expected.retryOn = [1, 75]
        expected.expires = .seconds(7200)
        expected.isHeld = true
        expected.slots = 3
        expected.needs = ["gpu": 2, "tape": 1]
        expected.limits = ["api": 4, "a=b": 1]
        expected.key = "nightly"
        expected.onKeyConflict = .reject
        expected.onInterrupt = .requeue
        expected.successCodes = [3]
        #expect(request == expected)
    }

    @Test("--retries and --hold have long names")
    func longNames() throws {
        let request = try add("--retries", "2", "--hold", "--slots", "2", "make", "all").job.request()
        #expect(request.retries == 2 && request.isHeld && request.slots == 2)
    }

    @Test(
        "--unique takes what follows its last comma only where that is a rule",
        arguments: [
            ("k", "k", .existing), ("k,reject", "k", .reject), ("k,replace", "k", .replace),
            ("k,existing", "k", .existing), ("a,b", "a,b", .existing), ("a,b,replace", "a,b", .replace),
        ] as [(String, String, JobRequest.KeyConflict)])
    func unique(_ text: String, _ key: String, _ conflict: JobRequest.KeyConflict) {
        #expect(UniqueOption(parsing: text).key == key)
        #expect(UniqueOption(parsing: text).onConflict == conflict)
    }

    @Test("--at is sent as RFC 3339 in UTC")
    func at() throws {
        let request = try add("--at", "2026-12-24T18:00:00+01:00", "ls").job.request()
        #expect(request.at == "2026-12-24T17:00:00.000000000Z")
    }

    @Test("--after, --after-any and --after-fail take lists, ranges and the newest, as often as one likes")
    func after() throws {
        let policy = try add(
            "-a", "4,5", "--after", "@last", "--after-any", "7-9", "--after-fail", "@-2,3", "ls"
        ).job.policy
        #expect(policy.after.flatMap(\.selectors) == [.ids(4...4), .ids(5...5), .newest(1)])
        #expect(policy.afterAny.flatMap(\.selectors) == [.ids(7...9)])
        #expect(policy.afterFail.flatMap(\.selectors) == [.newest(2), .ids(3...3)])
    }
}
