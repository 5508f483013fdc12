import ArgumentParser
import JobClient
import JobProtocol
import Jobs
import Threading

struct WaitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait",
        abstract: "Wait until jobs have ended.",
        discussion: """
            Says of each job how it ended, as it ends. Without a job it is your newest (@last).

            EXIT CODE
              For one job its own, as with run. For several 0 if all succeeded, else 1. 3 when there is no such job, 7 \
            when --timeout passed.
            """,
        aliases: ["w"])

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var filter: JobFilterOptions

    @Option(
        help: ArgumentHelp("Wait no longer than this.", valueName: "TIME"), transform: JobOptions.duration)
    var timeout: Duration?

    @Flag(help: "Print the job as a JSON object, several as an array.")
    var json = false

    func validate() throws {
        try filter.validate(for: JobClient.State.unfinished, needsJobs: false)
    }

    func run() throws {
        let client = connection.client
        let ids = try filter.ids(from: client, otherwise: [.last])
        let ended = try wait(for: ids, client)
        let isOne = ids.count == 1 && !filter.isByFilter
        if json {
            try StandardStream.output.write(line: JSONText.oneOrMany(ended.map(\.json), isOne: isOne))
        }
        if isOne, let only = ended.first {
            // The sentence went to stdout already.
            throw Failure(JobExit(only).code)
        }
        guard ended.allSatisfy({ $0.state == .succeeded }) else { throw Failure(ExitStatus.no) }
    }

    /// The jobs in the order in which they ended.
    private func wait(for ids: [Int64], _ client: JobClient) throws -> [JobView] {
        let deadline = timeout.map { Deadline.after($0) } ?? .never
        let ends = client.ends(of: ids)
        var ended: [JobView] = []
        do {
            while let job = try ends.next(within: deadline.remaining) {
                ended.append(job.view)
                if !json { try StandardStream.output.write(line: JobExit.sentence(of: job.view)) }
            }
        } catch JobClientError.timedOut {
            let left = ids.count - ended.count
            throw Failure(ExitStatus.timedOut, "\(left == 1 ? "1 job has" : "\(left) jobs have") not ended in time")
        }
        return ended
    }
}
