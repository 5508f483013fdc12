import ArgumentParser
import JobClient
import JobProtocol
import Varlink

struct QueueCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue",
        abstract: "Show, set, pause and resume queues.",
        subcommands: [
            QueueListCommand.self, QueueSetCommand.self, QueuePauseCommand.self, QueueResumeCommand.self,
        ],
        defaultSubcommand: QueueListCommand.self,
        aliases: ["group", "q"])
}

struct QueueListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls", abstract: "Show each queue's settings and jobs.",
        discussion: "A star is at settings that were made with \"queue set\" and win over the configuration's.")

    @OptionGroup var connection: ConnectionOptions

    @Flag(help: "Print the queues as a JSON array.")
    var json = false

    func run() throws {
        let queues = try connection.client.queues()
        if json {
            try StandardStream.output.write(line: JSONText.array(queues.map(\.view.json)))
        } else {
            try StandardStream.output.write(lines: QueueTable.lines(queues))
        }
    }
}
