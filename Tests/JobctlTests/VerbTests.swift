import ArgumentParser
import JobClient
import Testing

@testable import jobctl

@Suite("Verbs")
struct VerbTests {
    private func parse(_ arguments: String...) throws -> any ParsableCommand {
        try Jobctl.parseAsRoot(DefaultVerb.completed(arguments))
    }

    @Test(
        "each verb goes by its short names too",
        arguments: [
            ("add", ["a"]), ("show", ["info", "i"]), ("logs", ["log", "l"]), ("wait", ["w"]),
            ("kill", ["k", "cancel"]), ("hold", ["stash"]), ("release", ["enqueue"]), ("retry", ["restart", "re"]),
        ])
    func aliases(_ verb: String, _ aliases: [String]) throws {
        for alias in aliases { #expect(type(of: try parse(alias, "7")) == type(of: try parse(verb, "7"))) }
    }

    @Test("without a verb it is status")
    func bare() throws {
        #expect(try parse("st") is StatusCommand)
        #expect(try parse("ls") is StatusCommand)
        #expect(try parse("-a") is StatusCommand)
        #expect(try parse("--json") is StatusCommand)
        #expect(try parse() is Jobctl)
    }

    @Test("the socket may stand before the verb or after it")
    func socket() throws {
        #expect(try (parse("--socket", "/a", "status") as? StatusCommand)?.connection.socket == "/a")
        #expect(try (parse("status", "--socket", "/a") as? StatusCommand)?.connection.socket == "/a")
        #expect(try (parse("--socket", "/a", "queue", "ls") as? QueueListCommand)?.connection.socket == "/a")
        #expect(try (parse("--socket", "/a") as? StatusCommand)?.connection.socket == "/a")
        #expect(try (parse("--socket=/a", "-a") as? StatusCommand)?.connection.socket == "/a")
        for words in [["--socket", "/a", "add"], ["add", "--socket", "/a"], ["--socket=/a", "add", "-q", "nightly"]] {
            let add = try Jobctl.parseAsRoot(DefaultVerb.completed(words + ["grep", "--socket", "/b"])) as? AddCommand
            #expect(add?.connection.socket == "/a")
            #expect(add?.job.words == ["grep", "--socket", "/b"])
        }
    }

    @Test("verbs with one thing to show need not be told to show it")
    func subverbs() throws {
        #expect(try parse("queue") is QueueListCommand)
        #expect(try parse("q") is QueueListCommand)
        #expect(try parse("group", "ls") is QueueListCommand)
        #expect(try parse("queue", "ls") is QueueListCommand)
        #expect(try parse("daemon") is DaemonStatusCommand)
        #expect(try parse("queue", "pause", "build") is QueuePauseCommand)
        #expect(try parse("queue", "resume", "build") is QueueResumeCommand)
        #expect(try parse("why") is WhyCommand)
    }

    @Test("an edit takes jobs, what is to change, and a command after two dashes")
    func edit() throws {
        let command = try #require(
            try parse("edit", "42", "-q", "slow", "-o", "-5", "-n", "n", "--now", "--", "make", "-j4", "--now")
                as? EditCommand)
        #expect(command.jobs.selectors == [.ids(42...42)])
        var edit = JobClient.Edit()
        edit.queue = "slow"
        edit.priority = -5
        edit.name = "n"
        edit.start = .atOnce
        edit.command = ["make", "-j4", "--now"]
        #expect(command.edit == edit)
        let shell = try #require(try parse("edit", "42", "--", "a | b") as? EditCommand)
        #expect(shell.edit.command == ["/bin/sh", "-c", "a | b"])
        let delay = try #require(try parse("set", "7-9,@last", "-d", "5m") as? EditCommand)
        #expect(delay.edit.start == .after(.seconds(300)))
        #expect(delay.jobs.selectors == [.ids(7...9), .newest(1)])
        let at = try #require(try parse("edit", "7", "--at", "2026-12-24T18:00:00+01:00") as? EditCommand)
        #expect(at.edit.start == .at("2026-12-24T17:00:00.000000000Z"))
    }

    @Test("an edit that says nothing, or two times, is a mistake")
    func badEdit() {
        #expect(code("edit", "42") == 2)
        #expect(code("edit", "-o", "5") == 2)
        #expect(code("edit", "42", "--now", "-d", "5m") == 2)
        #expect(code("edit", "42", "--at", "16:30", "--now") == 2)
        #expect(code("edit", "42", "-o", "5000") == 2)
        #expect(code("edit", "42", "-q", "a b") == 2)
    }

    @Test("settings of a queue are names and values, and an empty value goes back to the configuration's")
    func queueSet() throws {
        let command = try #require(try parse("queue", "set", "build", "workers=8", "rate=") as? QueueSetCommand)
        #expect(command.queue == "build")
        #expect(try command.changes() == ["workers": "8", "rate": nil])
        #expect(code("queue", "set", "build") == 2)
        #expect(code("queue", "set", "build", "workers") == 2)
        #expect(code("queue", "set", "build", "=8") == 2)
    }

    @Test("a verb that changes jobs is told which, in states in which it can do something")
    func filters() throws {
        #expect(try (parse("retry", "--failed") as? RetryCommand)?.failed == true)
        #expect(try (parse("hold", "-q", "build") as? HoldCommand)?.filter.queues == ["build"])
        #expect(try (parse("release", "--all") as? ReleaseCommand)?.filter.all == true)
        #expect(try (parse("retry", "--state", "cancelled") as? RetryCommand)?.filter.states == [.cancelled])
        for verb in ["hold", "release", "retry"] { #expect(code(verb) == 2) }
        #expect(code("retry", "7", "--failed") == 2)
        #expect(code("retry", "--state", "ready") == 2)
        #expect(code("hold", "--state", "running") == 2)
        #expect(code("release", "--state", "ready") == 2)
        #expect(code("kill", "--state", "failed") == 2)
    }

    @Test("a mistake on the command line is code 2, whatever the parser calls it")
    func usage() {
        #expect(code("bogus") == 2)
        #expect(code("add") == 2)
        #expect(code("kill") == 2)
        #expect(code("kill", "7", "--all") == 2)
        #expect(code("show", "x") == 2)
        #expect(code("status", "-n", "-1") == 2)
        #expect(code("logs", "--attempt", "0") == 2)
        #expect(code("wait", "--state", "failed") == 2)
    }

    private func code(_ arguments: String...) -> Int32? {
        do {
            _ = try Jobctl.parseAsRoot(arguments)
            return nil
        } catch {
            return Jobctl.failure(for: error).code
        }
    }

    @Test("help for each verb has a line for the list and fits a terminal")
    func help() {
        for command in Jobctl.configuration.subcommands {
            #expect(!command.configuration.abstract.isEmpty)
            // What stands left of it takes 26 of 80 columns.
            #expect(command.configuration.abstract.count <= 54)
        }
        let widest = Jobctl.helpMessage(columns: 80).split(separator: "\n").map(\.count).max() ?? 0
        #expect(widest <= 80)
    }
}
