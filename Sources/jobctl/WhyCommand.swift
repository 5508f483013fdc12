import ArgumentParser
import JobClient
import JobProtocol
import Jobs

struct WhyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract: "Say why a job does not run, and what would help.",
        discussion: """
            Without a job it is your newest (@last).

            EXAMPLES
              jobctl why 42
              jobctl why 40-49
            """)

    @OptionGroup var connection: ConnectionOptions

    @Flag(help: "Print the reason as a JSON object, several as an array.")
    var json = false

    @Argument(
        help: ArgumentHelp("Jobs: 7, 9-12, @last, @-2.", valueName: "job"), transform: { try JobSelector(parsing: $0) })
    var jobs: [JobSelector] = []

    func run() throws {
        let client = connection.client
        let ids = try JobSelector.ids(jobs.isEmpty ? [.last] : jobs, from: client)
        var reasons: [(id: Int64, reason: JobClient.WaitReason)] = []
        var missing: [Int64] = []
        for id in ids {
            do {
                reasons.append((id, try client.why(id)))
            } catch {
                guard case .noSuchJob = error else { throw error }
                missing.append(id)
            }
        }
        if json {
            if !reasons.isEmpty || ids.count > 1 {
                let objects = reasons.map(\.reason.answer.parameters)
                try StandardStream.output.write(line: JSONText.oneOrMany(objects, isOne: ids.count == 1))
            }
        } else {
            let now = TimeText.now
            try StandardStream.output.write(lines: reasons.flatMap { WhyText.lines($0.id, $0.reason, now: now) })
        }
        for id in missing { StandardStream.say("\(JobClientError.noSuchJob(id))") }
        if !missing.isEmpty { throw Failure(ExitStatus.notFound) }
    }
}
