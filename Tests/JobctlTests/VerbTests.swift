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
            ("kill", ["k", "cancel"]),
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
        #expect(try (parse("--socket", "/a") as? Jobctl)?.connection.socket == "/a")
    }

    @Test("verbs with one thing to show need not be told to show it")
    func subverbs() throws {
        #expect(try parse("queue") is QueueListCommand)
        #expect(try parse("q") is QueueListCommand)
        #expect(try parse("group", "ls") is QueueListCommand)
        #expect(try parse("queue", "ls") is QueueListCommand)
        #expect(try parse("daemon") is DaemonStatusCommand)
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
