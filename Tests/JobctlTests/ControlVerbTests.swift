import ArgumentParser
import JobClient
import JobProtocol
import Jobs
import Testing

@testable import jobctl

@Suite("Verbs for jobs that run")
struct ControlVerbTests {
    private func parse<Command: ParsableCommand>(_ type: Command.Type, _ arguments: String...) throws -> Command {
        try #require(try Jobctl.parseAsRoot(arguments) as? Command)
    }

    private func refusal(_ arguments: String...) -> String? {
        do {
            _ = try Jobctl.parseAsRoot(arguments)
            return nil
        } catch {
            return Jobctl.message(for: error)
        }
    }

    @Test("kill -s sends a signal by any of its names, to jobs that run")
    func signal() throws {
        for text in ["USR1", "SIGUSR1", "usr1", "10", "RTMIN+3"] {
            #expect(try parse(KillCommand.self, "kill", "-s", text, "42").signal == text)
        }
        #expect(try parse(KillCommand.self, "kill", "--signal", "INT", "--state", "running").signal == "INT")
        #expect(try parse(KillCommand.self, "kill", "42").signal == nil)
    }

    @Test("a signal that is none, or jobs that do not run, are mistakes")
    func badSignal() {
        for text in ["NOT", "0", "65", "-9"] {
            let sentence = refusal("kill", "--signal=\(text)", "42")
            #expect(sentence?.contains("must be a signal, like INT, SIGUSR1 or 10") == true, "\(text)")
        }
        #expect(
            refusal("kill", "-s", "INT", "--state", "ready")
                == "--state ready makes no sense here: it may be one of running.")
        #expect(refusal("kill", "-s", "INT") == "Say which jobs: by number, --queue, --state or --all.")
    }

    @Test("pause and resume take jobs or queues")
    func targets() throws {
        let jobs = try parse(PauseCommand.self, "pause", "42", "7-9", "@last")
        #expect(jobs.target.jobs == [.ids(42...42), .ids(7...9), .newest(1)] && jobs.target.queues.isEmpty)
        let queues = try parse(PauseCommand.self, "pause", "-q", "a", "-qb", "--freeze")
        #expect(queues.target.queues == ["a", "b"] && queues.target.jobs.isEmpty && queues.freeze)
        #expect(try parse(ResumeCommand.self, "resume", "42").target.jobs == [.ids(42...42)])
        #expect(try parse(ResumeCommand.self, "resume", "--queue", "a").target.queues == ["a"])
    }

    @Test("neither, or both, is a mistake, and so is --freeze with jobs")
    func badTargets() {
        let sentence = "Name jobs by number, or queues by --queue."
        for verb in ["pause", "resume"] {
            #expect(refusal(verb) == sentence)
            #expect(refusal(verb, "42", "-q", "a") == sentence)
        }
        #expect(
            refusal("pause", "42", "--freeze")
                == "--freeze goes with --queue; a job that is paused stands still in any case.")
        #expect(refusal("pause", "--freeze") == sentence)
    }

    @Test("the doctor's findings stand in columns, each advice below its finding")
    func doctor() {
        let findings: [ExamineCall.Finding] = [
            .init("identity", .ok, "jobd is root"),
            .init("limit memory", .note, "held for each process", advice: "Use cgroups."),
            .init("sudo", .problem, "not\nhere", advice: "do\tit"),
            .init("disk", .warning, "soon"),
        ]
        #expect(
            DoctorCommand.lines(findings) == [
                "ok       identity      jobd is root",
                "note     limit memory  held for each process",
                "                       → Use cgroups.",
                "PROBLEM  sudo          not\\nhere",
                "                       → do\\tit",
                "warning  disk          soon",
            ])
        #expect(DoctorCommand.lines([]).isEmpty)
    }
}
