import ArgumentParser
import JobClient

struct QueuePauseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Start nothing more in queues.",
        discussion: """
            Jobs that run go on, or with --freeze stand still, until the queue is resumed, also over a restart. Jobs \
            can still be submitted. Only root and the group jobd-admin may do it.
            """)

    @OptionGroup var connection: ConnectionOptions

    @Flag(help: "Freeze the jobs that run, too.")
    var freeze = false

    @Argument(help: ArgumentHelp("The queues.", valueName: "queue"))
    var queues: [String]

    func run() throws {
        try Self.pause(queues, freeze: freeze, connection.client)
    }

    static func pause(_ queues: [String], freeze: Bool, _ client: JobClient) throws {
        for queue in queues {
            try client.pause(queue, freeze ? .freeze : .drain)
            let name = PrintableText.escaped(queue)
            try StandardStream.output.write(
                line: "queue \(name) is \(freeze ? "frozen" : "paused"): \"jobctl queue resume \(name)\" lets it go on")
        }
    }
}
