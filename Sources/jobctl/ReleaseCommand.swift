import ArgumentParser
import JobClient

struct ReleaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Let held jobs start.",
        discussion: """
            A job that waits for a time or for other jobs besides goes on waiting for these.

            EXAMPLES
              jobctl release 42
              jobctl release --all

            EXIT CODE
              1 when some were not held, 3 when one does not exist.
            """,
        aliases: ["enqueue"])

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var filter: JobFilterOptions

    @Flag(name: .shortAndLong, help: "Do not ask, however many there are.")
    var yes = false

    @Flag(help: "Print what became of them as a JSON array.")
    var json = false

    func validate() throws {
        try filter.validate(for: [.held], needsJobs: true)
    }

    func run() throws {
        let client = connection.client
        let ids = try filter.ids(from: client, in: [.held])
        if filter.isByFilter { try Confirmation.ask("release", ids.count, isSure: yes) }
        try ChangeReport(.release, ids, try client.release(ids)).write(asJSON: json)
    }
}
