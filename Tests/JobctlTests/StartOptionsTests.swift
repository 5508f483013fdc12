import ArgumentParser
import JobClient
import Testing

@testable import jobctl

@Suite("Options of a job's start")
struct StartOptionsTests {
    private func add(_ arguments: [String]) throws -> AddCommand {
        try #require(try Jobctl.parseAsRoot(["add"] + arguments + ["make", "all"]) as? AddCommand)
    }

    private func refusal(_ arguments: [String]) -> String? {
        do {
            _ = try add(arguments)
            return nil
        } catch {
            return Jobctl.message(for: error)
        }
    }

    @Test("each flag has its place in the request, and sets nothing else")
    func flags() throws {
        let flags: [([String], (inout JobRequest) -> Void)] = [
            (["--memory", "512M"], { $0.memory = 512 << 20 }), (["--memory", "2 GiB"], { $0.memory = 2 << 30 }),
            (["--swap", "0"], { $0.swap = 0 }), (["--cpu", "150%"], { $0.cpuPercent = 150 }),
            (["--tasks", "7"], { $0.tasks = 7 }), (["--io-weight", "10000"], { $0.ioWeight = 10_000 }),
            (
                ["--rlimit", "nofile=1024", "--rlimit", "core=0:unlimited"],
                { $0.processLimits = ["nofile": "1024", "core": "0:unlimited"] }
            ),
            (["--nice", "-5"], { $0.nice = -5 }), (["--ionice", "best-effort:7"], { $0.ioPriority = "best-effort:7" }),
            (["--umask", "027"], { $0.umask = "027" }), (["--kill-signal", "INT"], { $0.killSignal = "INT" }),
            (["--stdin", "/in"], { $0.inputFile = "/in" }), (["--stdin", "-"], { _ in }),
            (["--secret", "a=/x=y", "--secret", "b=-"], { $0.secrets = ["a": [], "b": []] }),
            (["--isolation", "process"], { $0.isolation = .process }),
            (["--isolation", "unit"], { $0.isolation = .unit }),
            (
                ["--property", "ProtectHome=yes", "--property", "IPAddressDeny=any"],
                {
                    $0.properties = ["ProtectHome=yes", "IPAddressDeny=any"]
                    $0.isolation = .unit
                }
            ),
            (
                ["--property", "A=b", "--isolation", "process"],
                {
                    $0.properties = ["A=b"]
                    $0.isolation = .process
                }
            ),
            (["--user", "ann"], { _ in }),
        ]
        for (arguments, change) in flags {
            let request = try add(arguments).job.request()
            var expected = try add([]).job.request()
            change(&expected)
            #expect(request == expected, "\(arguments)")
        }
        #expect(try add(["--user", "ann"]).job.start.user == "ann")
    }

    @Test("a file to read from is sent absolute")
    func relativeInput() throws {
        let request = try add(["--stdin", "in"]).job.request()
        #expect(try request.inputFile == "\(#require(request.directory))/in")
    }

    @Test(
        "a mistake is a sentence that names the flag",
        arguments: [
            (["--memory", "lots"], "--memory", "must be a size like 512K"),
            (["--memory", "64K"], nil, nil), (["--memory", "63K"], "--memory", "must be an integer from 65536"),
            (["--swap", "-1"], "--swap", ""), (["--cpu", "150"], "--cpu", "must be percent of one processor"),
            (["--cpu", "0%"], "--cpu", "must be an integer from 1 to 100000"),
            (["--tasks", "0"], "--tasks", "must be an integer from 1 to 4194304"),
            (["--tasks", "many"], "--tasks", ""),
            (["--io-weight", "10001"], "--io-weight", "must be an integer from 1 to 10000"),
            (["--rlimit", "nofile"], "--rlimit", "must be NAME=VALUE"),
            (["--rlimit", "=5"], "--rlimit", "must be NAME=VALUE"),
            (["--rlimit", "files=5"], "--rlimit", "must hold names of limits, which are cpu, fsize"),
            (["--rlimit", "nofile=5:4"], "--rlimit.nofile", "must be a number or unlimited"),
            (["--rlimit", "core=1", "--rlimit", "core=2"], "--rlimit core", "is given twice."),
            (["--nice", "20"], "--nice", "must be an integer from -20 to 19"),
            (["--ionice", "fast"], "--ionice", "must be idle, best-effort:0"),
            (["--umask", "9"], "--umask", "must be an octal number from 0 to 777"),
            (["--kill-signal", "NOT"], "--kill-signal", "must be a signal, like INT"),
            (["--stdin", ""], "--stdin", ""),
            (["--secret", "s"], "--secret", "must be NAME=VALUE"),
            (["--secret", ".s=/f"], "--secret", "must hold names of from 1 to 64 letters"),
            (["--secret", "s=/f", "--secret", "s=/g"], "--secret s", "is given twice."),
            (["--secret", "s=-", "--stdin", "-"], "--secret s=- and --stdin -", "cannot both read jobctl's stdin."),
            (["--secret", "s=-", "--secret", "t=-"], "--secret s=- and --secret t=-", "cannot both read"),
            (["--isolation", "vm"], "--isolation", "must be process or unit"),
            (["--property", "ProtectHome"], "--property", "must be NAME=VALUE on one line"),
        ] as [([String], String?, String?)])
    func mistakes(_ arguments: [String], _ flag: String?, _ problem: String?) {
        let sentence = refusal(arguments)
        guard let flag, let problem else {
            #expect(sentence == nil)
            return
        }
        #expect(sentence?.contains(flag) == true && sentence?.contains(problem) == true, "\(sentence ?? "taken")")
    }

    @Test("secrets and stdin are read from their files, byte by byte, and at most a mebibyte")
    func files() throws {
        try TemporaryFile.with([0, 0xFF, 0x0A]) { path in
            let start = try add(["--secret", "s=\(path)"]).job.start
            var request = JobRequest(command: ["true"])
            try start.applyFiles(to: &request)
            #expect(request.secrets == ["s": [0, 0xFF, 0x0A]])
            #expect(request.input == nil)
        }
        try TemporaryFile.with([UInt8](repeating: 1, count: (1 << 20) + 1)) { path in
            let start = try add(["--secret", "s=\(path)"]).job.start
            var request = JobRequest(command: ["true"])
            let failure = #expect(throws: Failure.self) { try start.applyFiles(to: &request) }
            #expect(failure?.sentence == "--secret s: \(path) has more than 1048576 bytes")
        }
    }
}
