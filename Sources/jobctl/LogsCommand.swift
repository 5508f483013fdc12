import ArgumentParser
import JobClient

struct LogsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Show or follow what jobs print.",
        discussion: """
            What a job wrote to stdout goes to stdout, what it wrote to stderr to stderr, byte for byte. Without a \
            job it is your newest (@last).

            EXAMPLES
              jobctl logs 42
              jobctl logs -f -n 20
              jobctl logs 42 2>/dev/null
            """,
        aliases: ["log", "l"])

    @OptionGroup var connection: ConnectionOptions

    @Flag(
        name: .shortAndLong, help: "Go on until the job has ended, or with --attempt that attempt.")
    var follow = false

    @Option(
        name: [.customShort("n", allowingJoined: true), .customLong("lines")],
        help: ArgumentHelp("Only the last N lines.", valueName: "N"))
    var lines: Int?

    @Option(help: ArgumentHelp("The attempt (default: the last one).", valueName: "K"))
    var attempt: Int?

    @Argument(
        help: ArgumentHelp("Jobs: 7, 9-12, @last, @-2.", valueName: "job"), transform: { try JobSelector(parsing: $0) })
    var jobs: [JobSelector] = []

    func validate() throws {
        if let lines, lines < 0 { throw ValidationError("--lines must be 0 or more.") }
        if let attempt, attempt < 1 { throw ValidationError("--attempt must be 1 or more.") }
    }

    func run() throws {
        let client = connection.client
        let ids = try JobSelector.ids(jobs.isEmpty ? [.last] : jobs, from: client)
        guard !follow || ids.count == 1 else {
            throw Failure(ExitStatus.usage, "only one job can be followed at a time")
        }
        for id in ids {
            if ids.count > 1 { try StandardStream.output.write(line: "==> job \(id) <==") }
            try show(id, client)
        }
    }

    private func show(_ id: Int64, _ client: JobClient) throws {
        guard let lines else {
            let logs = client.logs(of: id, attempt: attempt, follow: follow, onlyAttempt: attempt != nil)
            try LogPrinter(logs).printAll()
            return
        }
        let position = try LogPrinter(client.logs(of: id, attempt: attempt)).printLast(lines)
        guard follow else { return }
        let rest = client.logs(
            of: id, attempt: attempt ?? position.attempt, offset: position.offset, follow: true,
            onlyAttempt: attempt != nil)
        try LogPrinter(rest).printAll()
    }
}
