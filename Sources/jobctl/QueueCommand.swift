import ArgumentParser
import JobClient
import Varlink

struct QueueCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue",
        abstract: "Show the queues.",
        subcommands: [QueueListCommand.self],
        defaultSubcommand: QueueListCommand.self,
        aliases: ["group", "q"])
}

struct QueueListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls", abstract: "Show each queue's workers and jobs.")

    @OptionGroup var connection: ConnectionOptions

    @Flag(help: "Print the queues as a JSON array.")
    var json = false

    func run() throws {
        let status = try connection.client.status()
        if json {
            let queues = status.parameters["queues"]?.arrayValue?.compactMap(\.objectValue) ?? []
            try StandardStream.output.write(line: JSONText.array(queues))
        } else {
            try StandardStream.output.write(lines: QueueTable.lines(status.queues))
        }
    }
}
