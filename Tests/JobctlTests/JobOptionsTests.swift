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
        #expect(try options.variables(of: ["TERM": "linux"]) == ["TERM": "linux", "X": ""])
        #expect(throws: ValidationError.self) { try options.variables(of: [:]) }
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
        #expect(refusal("-E", "=x", "ls")?.hasPrefix("--env must not hold") == true)
        #expect(refusal("-n", "", "ls")?.hasPrefix("--name must have") == true)
        let duration = refusal("--delay", "soon", "ls")
        #expect(duration?.contains("--delay") == true)
        #expect(duration?.contains("must be a duration like \"90s\"") == true)
    }
}
