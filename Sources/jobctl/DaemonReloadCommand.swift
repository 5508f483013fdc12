import ArgumentParser
import JobClient

struct DaemonReloadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Let jobd's configuration file hold as it is now; for root and the group jobd-admin.",
        discussion: """
            All of it holds when the command ends, or nothing of it: with something wrong in the file the old
            configuration holds on, and the command says what is wrong and fails. Running jobs go on as they were
            started. What was set with "jobctl queue set" holds on. "systemctl reload jobd" does the same.
            """)

    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        let changes = try connection.client.reload()
        let lines = changes.isEmpty ? ["nothing has changed"] : changes.map(PrintableText.escaped)
        try StandardStream.output.write(lines: lines)
    }
}
