import ArgumentParser
import Glibc
import JobClient
import JobProtocol
import Jobs
import Kernel

struct StatusCommand: ParsableCommand {
    static let verb = "status"

    static let configuration = CommandConfiguration(
        commandName: verb,
        abstract: "Show what runs, what waits, and what has ended.",
        discussion: """
            WHEN is when a job began, ended or will be due; TIME how long it ran; CODE its exit code, signal, or what \
            else ended it.
            """,
        aliases: ["st", "ls", "list"])

    @OptionGroup var connection: ConnectionOptions

    @Flag(name: .shortAndLong, help: "Show all jobs.")
    var all = false

    @Option(
        name: [.customShort("n", allowingJoined: true), .customLong("ended")],
        help: ArgumentHelp("How many ended jobs to show.", valueName: "N"))
    var ended = 20

    @Option(
        name: [.customShort("s"), .customLong("state")],
        help: ArgumentHelp(
            "Only jobs in this state: \(JobClient.State.allCases.map(\.rawValue).joined(separator: ", ")). Repeatable.",
            valueName: "STATE"),
        transform: JobFilterOptions.state)
    var states: [JobClient.State] = []

    @Option(
        name: [.customShort("q", allowingJoined: true), .customLong("queue")],
        help: ArgumentHelp("Only this queue. Repeatable.", valueName: "QUEUE"))
    var queues: [String] = []

    @Option(name: [.customShort("g", allowingJoined: true), .customLong("group")], help: .hidden)
    var groups: [String] = []

    @Option(help: ArgumentHelp("Colours: auto, always or never.", valueName: "WHEN"))
    var color = ColourChoice.auto

    @Flag(help: "Print the jobs as a JSON array.")
    var json = false

    func validate() throws {
        guard (0...Limits.jobsPerPage).contains(ended) else {
            throw ValidationError("--ended must be from 0 to \(Limits.jobsPerPage); --all shows all.")
        }
    }

    func run() throws {
        let client = connection.client
        let status = try client.status()
        let queues = queues + groups
        try KnownQueues.check(queues, known: status.queues.map(\.name))
        let snapshot = try JobSnapshot(
            from: client, states: states, queues: queues, ended: all ? nil : ended, waiting: all ? nil : Self.waiting)
        guard !json else { return try StandardStream.output.write(line: JSONText.array(snapshot.jobs.map(\.json))) }

        let shown = status.queues.filter { queues.isEmpty || queues.contains($0.name) }
        var lines = status.isDraining ? ["jobd is stopping: it starts no more jobs"] : []
        lines += shown.map(QueueTable.heading)
        lines.append("")
        if snapshot.jobs.isEmpty {
            let isFiltered = !states.isEmpty || !queues.isEmpty
            lines.append(isFiltered ? "No such jobs." : "No jobs. Submit one: jobctl add -- CMD ARGS")
        } else {
            let user = try Account.of(user: getuid())?.name ?? "\(getuid())"
            lines += JobTable(snapshot.jobs, now: TimeText.now, user: user)
                .lines(width: StandardStream.output.width, isColoured: color.isOn)
        }
        try StandardStream.output.write(lines: lines)
        if snapshot.hasMoreWaiting { StandardStream.say("more jobs wait; --all shows them") }
    }

    /// Of the jobs that wait so many are shown where not all are asked for.
    private static let waiting = 100
}
