import ArgumentParser
import JobClient

struct HoldCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold",
        abstract: "Keep waiting jobs from starting.",
        discussion: """
            They wait until they are released, also over a restart of jobd. A job that runs cannot be held.

            EXAMPLES
              jobctl hold 42
              jobctl hold -q nightly

            EXIT CODE
              1 when some could not be held, 3 when one does not exist.
            """,
        aliases: ["stash"])

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var filter: JobFilterOptions

    @Flag(name: .shortAndLong, help: "Do not ask, however many there are.")
    var yes = false

    @Flag(help: "Print what became of them as a JSON array.")
    var json = false

    func validate() throws {
        try filter.validate(for: [.blocked, .scheduled, .ready], needsJobs: true)
    }

    func run() throws {
        let client = connection.client
        let ids = try filter.ids(from: client, in: [.blocked, .scheduled, .ready])
        if filter.isByFilter { try Confirmation.ask("hold", ids.count, isSure: yes) }
        try ChangeReport(.hold, ids, try client.hold(ids)).write(asJSON: json)
    }
}
