import ArgumentParser
import JobClient

struct RetryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Let ended jobs run once more.",
        discussion: """
            A job keeps its number, its output and its history; its retries begin anew. With --queue or --all alone \
            these are the failed ones.

            EXAMPLES
              jobctl retry 42
              jobctl retry --failed
              jobctl retry -q nightly --state cancelled

            EXIT CODE
              1 when some could not be retried, 3 when one does not exist.
            """,
        aliases: ["restart", "re"])

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var filter: JobFilterOptions

    @Flag(help: "All failed jobs: the same as --state failed.")
    var failed = false

    @Flag(name: .shortAndLong, help: "Do not ask, however many there are.")
    var yes = false

    @Flag(help: "Print what became of them as a JSON array.")
    var json = false

    func validate() throws {
        guard !failed || filter.jobs.isEmpty else {
            throw ValidationError("Name jobs by number or by --failed, not by both.")
        }
        try filter.validate(for: JobClient.State.final, needsJobs: !failed)
    }

    func run() throws {
        let client = connection.client
        let ids = try wanted.ids(from: client, in: [.failed])
        if wanted.isByFilter { try Confirmation.ask("retry", ids.count, isSure: yes) }
        try ChangeReport(.retry, ids, try client.retry(ids)).write(asJSON: json)
    }

    private var wanted: JobFilterOptions {
        var wanted = filter
        if failed { wanted.states.append(.failed) }
        return wanted
    }
}
