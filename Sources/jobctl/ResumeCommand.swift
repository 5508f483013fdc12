import ArgumentParser
import JobClient

struct ResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Let paused jobs, or paused queues, go on.",
        discussion: """
            EXAMPLES
              jobctl resume 42
              jobctl resume -q nightly

            EXIT CODE
              1 when some job does not run, 3 when one does not exist.
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var target: PauseTarget

    @Flag(help: "Print what became of jobs as a JSON array.")
    var json = false

    func validate() throws { try target.check() }

    func run() throws {
        let client = connection.client
        guard target.queues.isEmpty else { return try QueueResumeCommand.resume(target.queues, client) }
        let ids = try JobSelector.ids(target.jobs, from: client)
        try ChangeReport(.resume, ids, try client.resume(ids)).write(asJSON: json)
    }
}
