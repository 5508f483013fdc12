import ArgumentParser
import JobClient

struct QueueResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Go on with queues that were paused.",
        discussion: "Only root and the group jobd-admin may do it.")

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: ArgumentHelp("The queues.", valueName: "queue"))
    var queues: [String]

    func run() throws {
        try Self.resume(queues, connection.client)
    }

    static func resume(_ queues: [String], _ client: JobClient) throws {
        for queue in queues {
            try client.resume(queue)
            try StandardStream.output.write(line: "queue \(PrintableText.escaped(queue)) goes on")
        }
    }
}
