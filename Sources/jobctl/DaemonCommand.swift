import ArgumentParser
import JobClient
import JobProtocol
import Jobs

struct DaemonCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "daemon",
        abstract: "Look at jobd itself, reload it, back up its jobs.",
        subcommands: [DaemonStatusCommand.self, DaemonReloadCommand.self, DaemonBackupCommand.self],
        defaultSubcommand: DaemonStatusCommand.self)
}

struct DaemonStatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show its version, process, folders and state.")

    @OptionGroup var connection: ConnectionOptions

    @Flag(help: "Print it as a JSON object.")
    var json = false

    func run() throws {
        let client = connection.client
        let status = try client.status()
        guard !json else { return try StandardStream.output.write(line: JSONText.object(status.parameters)) }
        let answer = status.answer
        let running = status.queues.reduce(0) { $0 + $1.count(.running) }
        let waiting = status.queues.reduce(0) { sum, queue in
            JobClient.State.waiting.reduce(sum) { $0 + queue.count($1) }
        }
        let resources = status.resources.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        try StandardStream.output.write(
            lines: KeyValueText.lines([
                ("version", PrintableText.escaped(answer.version)),
                ("state", status.isDraining ? "draining: it starts no more jobs" : answer.state.rawValue),
                ("process", "\(answer.pid), as \(PrintableText.escaped(answer.user))"),
                (
                    "started",
                    "\(TimeText.instant(answer.started)) (\(TimeText.age(TimeText.now - answer.started)))"
                ),
                ("socket", PrintableText.escaped(client.socket)),
                ("state folder", PrintableText.escaped(answer.stateDirectory)),
                ("configuration", answer.configuration.map(PrintableText.escaped) ?? "none: it runs on defaults"),
                ("containment", PrintableText.escaped(answer.containment)),
                ("jobs", "\(running) running, \(waiting) waiting"),
                ("resources", resources.isEmpty ? "none" : PrintableText.escaped(resources.joined(separator: ", "))),
            ]))
    }
}
