import ArgumentParser
import JobClient
import Jobs

struct EditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract: "Change jobs before they start.",
        usage: "jobctl edit [<options>] <jobs> [-- <command> [<args> ...]]",
        discussion: """
            What is not named stays as it is. A command stands after --, and is understood as with add; it can \
            change only before the job's first start.

            EXAMPLES
              jobctl edit 42 -o 10
              jobctl edit 42 -q slow --at 'sat 03:00'
              jobctl edit 42,45 --now
              jobctl edit 42 -- make -j4 all

            EXIT CODE
              1 when some could not be changed, 3 when one does not exist.
            """,
        aliases: ["set"])

    @OptionGroup var connection: ConnectionOptions

    @Option(
        name: [.customShort("q", allowingJoined: true), .customLong("queue")],
        help: ArgumentHelp("Move it to this queue.", valueName: "QUEUE"))
    var queue: String?

    @Option(
        name: [.customShort("n"), .customLong("name")], help: ArgumentHelp("A name for people.", valueName: "NAME"))
    var name: String?

    @Option(
        name: [.customShort("o"), .customLong("priority")], parsing: .unconditional,
        help: ArgumentHelp("-1000 to 1000; higher runs first.", valueName: "N"))
    var priority: Int?

    @Option(
        name: [.customShort("d"), .customLong("delay")],
        help: ArgumentHelp("Start it so long after now.", valueName: "TIME"), transform: JobOptions.duration)
    var delay: Duration?

    @Option(
        help: ArgumentHelp("Do not start it before, as with add.", valueName: "WHEN"), transform: PolicyOptions.when)
    var at: Timestamp?

    @Flag(help: "Wait for no time, not even for that of a retry.")
    var now = false

    @Flag(help: "Print what became of them as a JSON array.")
    var json = false

    @Argument(
        help: ArgumentHelp("Jobs: 7, 7,9, 9-12, @last, @-2.", valueName: "jobs"),
        transform: { try SelectorList(parsing: $0) })
    var jobs: SelectorList

    @Argument(
        parsing: .postTerminator, help: ArgumentHelp("A new command, after --.", valueName: "command"))
    var words: [String] = []

    func validate() throws {
        guard [delay != nil, at != nil, now].filter({ $0 }).count <= 1 else {
            throw ValidationError("Give one of --delay, --at and --now.")
        }
        let edit = edit
        guard edit != JobClient.Edit() else {
            throw ValidationError(
                "Say what is to change: --queue, --name, --priority, --delay, --at, --now, or a command after --.")
        }
        do {
            try edit.validate()
        } catch {
            guard case .invalidRequest(let field, let problem) = error else { throw error }
            throw ValidationError(FlagNames.sentence(field: field, problem: problem) + ".")
        }
    }

    var edit: JobClient.Edit {
        var edit = JobClient.Edit()
        edit.queue = queue
        edit.name = name
        edit.priority = priority
        edit.start = now ? .atOnce : delay.map { .after($0) } ?? at.map { .at($0.description) }
        if !words.isEmpty { edit.command = words.count == 1 ? JobRequest(shell: words[0]).command : words }
        return edit
    }

    func run() throws {
        let client = connection.client
        let ids = try JobSelector.ids(jobs.selectors, from: client)
        try ChangeReport(.edit, ids, try client.edit(ids, edit)).write(asJSON: json)
    }
}
