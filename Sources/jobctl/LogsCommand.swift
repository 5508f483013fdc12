import ArgumentParser
import JobClient
import Jobs

struct LogsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Show or follow what jobs print.",
        discussion: """
            What a job wrote to stdout goes to stdout, what it wrote to stderr to stderr, byte for byte; only to a \
            terminal are control characters written as text, so that output cannot do anything to it. Lines of several \
            jobs begin with the job's name, or its number. Without a job it is your newest (@last); --queue and --all \
            mean the jobs that run, unless --state says otherwise.

            -f goes on with later attempts until the job has ended, with --attempt until that attempt has.

            EXAMPLES
              jobctl logs 42
              jobctl logs -f -n 20
              jobctl logs -f -q build
              jobctl logs 42 --since 10min --stderr -t
              jobctl logs 42 --raw | less -R

            WHEN
              10min (ago), 16:30 (the last one), "yesterday 16:30", "mon 9:00", "2026-12-24 18:00", or RFC 3339

            EXIT CODE
              3 when there is no such job or attempt, 4 when jobd does not answer.
            """,
        aliases: ["log", "l"])

    @OptionGroup var connection: ConnectionOptions

    @Flag(name: .shortAndLong, help: "Go on until the jobs have ended.")
    var follow = false

    @Option(
        name: [.customShort("n", allowingJoined: true), .customLong("lines")],
        help: ArgumentHelp("Only the last N lines, or \"all\".", valueName: "N"))
    var lines = LineCount.all

    @Option(
        help: ArgumentHelp("Only what was printed since then.", valueName: "WHEN"), transform: Self.instant)
    var since: Timestamp?

    @Option(
        help: ArgumentHelp("Only what was printed until then.", valueName: "WHEN"), transform: Self.instant)
    var until: Timestamp?

    @Option(help: ArgumentHelp("The attempt (default: the last one).", valueName: "K"))
    var attempt: Int?

    @Flag(help: "Only this stream.")
    var stream: LogStreamChoice?

    @Flag(name: .shortAndLong, help: "Begin each line with when it was printed, in UTC.")
    var timestamps = false

    @Flag(help: "Write bytes as they are to a terminal, too: colours work, and so does everything else.")
    var raw = false

    @Flag(help: "Do not begin lines of several jobs with their names.")
    var noPrefix = false

    @Option(help: ArgumentHelp("Colours: auto, always or never.", valueName: "WHEN"))
    var color = ColourChoice.auto

    @OptionGroup var filter: JobFilterOptions

    func validate() throws {
        if let attempt, attempt < 1 { throw ValidationError("--attempt must be 1 or more.") }
        guard !follow || until == nil else {
            throw ValidationError("--until and --follow contradict each other: leave out one of them.")
        }
    }

    func run() throws {
        let client = connection.client
        let ids = try filter.ids(from: client, in: [.running], otherwise: [.last])
        let query = LogQuery(
            attempt: attempt, last: lines.number, since: since, until: until, stream: stream?.stream, follow: follow)
        let format = LogFormat(hasTimestamps: timestamps, isRaw: raw)
        let labels = ids.count > 1 && !noPrefix ? try LogLabel.labels(ids, client, isColoured: color.isOn) : [:]
        try LogsOfJobs(ids: ids, query: query, labels: labels, output: LogOutput(format), socket: connection.socket)
            .print()
    }

    private static func instant(_ text: String) throws -> Timestamp {
        guard let time = PastTimeText.instant(text, now: TimeText.now) else {
            throw ValidationError("must be \(PastTimeText.rule)")
        }
        return time
    }
}

/// How many lines are wanted: `20` or `all`.
enum LineCount: ExpressibleByArgument, Equatable {
    case all
    case last(Int)

    init?(argument: String) {
        if argument == "all" {
            self = .all
        } else if let number = Int(argument), number >= 0 {
            self = .last(number)
        } else {
            return nil
        }
    }

    var number: Int? { if case .last(let number) = self { number } else { nil } }

    var defaultValueDescription: String { "all" }
}

/// One of a job's two streams.
enum LogStreamChoice: String, EnumerableFlag {
    case stdout, stderr

    var stream: JobClient.LogLine.Stream {
        switch self {
        case .stdout: .stdout
        case .stderr: .stderr
        }
    }
}
