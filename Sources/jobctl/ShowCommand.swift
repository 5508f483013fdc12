import ArgumentParser
import JobClient
import JobProtocol

struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show everything about jobs.",
        discussion: "Without a job it is your newest (@last).",
        aliases: ["info", "i"])

    @OptionGroup var connection: ConnectionOptions

    @Flag(help: "Print the job as a JSON object, several as an array.")
    var json = false

    @Argument(
        help: ArgumentHelp("Jobs: 7, 9-12, @last, @-2.", valueName: "job"), transform: { try JobSelector(parsing: $0) })
    var jobs: [JobSelector] = []

    func run() throws {
        let client = connection.client
        let ids = try JobSelector.ids(jobs.isEmpty ? [.last] : jobs, from: client)
        let found = try client.jobs(ids)
        let views = ids.compactMap { found[$0]?.view }
        if json {
            if !views.isEmpty || ids.count > 1 {
                try StandardStream.output.write(line: JSONText.oneOrMany(views.map(\.json), isOne: ids.count == 1))
            }
        } else {
            let now = TimeText.now
            let blocks = views.map { JobDescription($0, now: now).lines }
            try StandardStream.output.write(lines: Array(blocks.joined(separator: [""])))
        }
        let missing = ids.filter { found[$0] == nil }
        for id in missing { StandardStream.say("\(JobClientError.noSuchJob(id))") }
        if !missing.isEmpty { throw Failure(ExitStatus.notFound) }
    }
}
