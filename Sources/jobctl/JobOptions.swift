import ArgumentParser
import Glibc
import JobClient
import Jobs
import Kernel

/// What to run and how: the options of `add` and `run`.
struct JobOptions: ParsableArguments {
    @Option(
        name: [.customShort("q", allowingJoined: true), .customLong("queue")],
        help: ArgumentHelp("The queue it waits in (default: default).", valueName: "QUEUE"))
    var queue: String?

    @Option(name: [.customShort("g", allowingJoined: true), .customLong("group")], help: .hidden)
    var group: String?

    @Option(
        name: [.customShort("n"), .customLong("name")],
        help: ArgumentHelp("A name for people.", valueName: "NAME"))
    var name: String?

    @Option(name: [.customShort("l"), .customLong("label")], help: .hidden)
    var label: String?

    @Option(
        name: [.customShort("w"), .customLong("directory")],
        help: ArgumentHelp("Where it starts (default: the current directory).", valueName: "DIR"))
    var directory: String?

    @Option(
        name: [.customShort("E"), .customLong("env")],
        help: ArgumentHelp("Set a variable for it; -E K passes yours on. Repeatable.", valueName: "K=V"))
    var environment: [String] = []

    @Option(
        name: [.customShort("d"), .customLong("delay")],
        help: ArgumentHelp("Wait so long before it may run: 90s, 5min, \"1h 30min\".", valueName: "TIME"),
        transform: Self.duration)
    var delay: Duration?

    @Option(
        name: [.customShort("o"), .customLong("priority")], parsing: .unconditional,
        help: ArgumentHelp("-1000 to 1000; higher runs first (default: 0).", valueName: "N"))
    var priority: Int?

    @Option(
        help: ArgumentHelp("Stop it when it has run so long (default: the queue's).", valueName: "TIME"),
        transform: Self.duration)
    var timeout: Duration?

    @Option(
        help: ArgumentHelp("Stop it with TERM, and so much later with KILL (default: 10s).", valueName: "TIME"),
        transform: Self.duration)
    var killAfter: Duration?

    @Option(
        help: ArgumentHelp("The same token again gives the same job, not a second one.", valueName: "TOKEN"))
    var token: String?

    @Argument(
        parsing: .captureForPassthrough,
        help: ArgumentHelp(
            "The command. Several words are executed exactly; one word is text for /bin/sh -c.",
            valueName: "command"))
    var words: [String] = []

    /// How the command will be run.
    enum Mode: Equatable {
        case exact
        case shell(String)
    }

    /// Everything that can be wrong is found before the daemon is asked.
    func validate() throws {
        do {
            try request().validate()
        } catch let error as JobClientError {
            guard case .invalidRequest(let field, let problem) = error else { throw error }
            throw ValidationError(FlagNames.sentence(field: field, problem: problem) + ".")
        }
    }

    /// The words of the command, without the `--` that may stand before it.
    private func command() throws -> [String] {
        guard let first = words.first else { throw ValidationError("Say which command to run.") }
        if first == "--" {
            guard words.count > 1 else { throw ValidationError("Say which command to run after --.") }
            return Array(words.dropFirst())
        }
        guard !first.hasPrefix("-") else {
            throw ValidationError(
                "There is no option \(first). (A command that begins with a dash is written after --.)")
        }
        return words
    }

    func mode() throws -> Mode {
        let command = try command()
        return command.count == 1 ? .shell(command[0]) : .exact
    }

    func request() throws -> JobRequest {
        let command = try command()
        guard command.first?.allSatisfy(\.isWhitespace) == false else { throw ValidationError("The command is empty.") }
        var request = command.count == 1 ? JobRequest(shell: command[0]) : JobRequest(command: command)
        request.queue = queue ?? group
        request.name = name ?? label
        request.directory = try absoluteDirectory()
        request.environment = try variables(of: ProcessEnvironment.variables)
        request.priority = priority ?? 0
        request.delay = delay
        request.timeout = timeout
        request.killAfter = killAfter
        request.token = token
        return request
    }

    private func absoluteDirectory() throws -> String {
        if let directory, directory.hasPrefix("/") { return directory }
        guard let path = getcwd(nil, 0) else {
            throw ValidationError(
                "The current directory cannot be told (\(SystemError.text(of: errno))): name one with --directory.")
        }
        defer { free(path) }
        let current = String(cString: path)
        guard let directory, directory != "." else { return current }
        return current == "/" ? "/\(directory)" : "\(current)/\(directory)"
    }

    /// - Parameter own: jobctl's own variables, for those that are passed on.
    func variables(of own: [String: String]) throws -> [String: String] {
        var variables: [String: String] = [:]
        for entry in environment {
            if let sign = entry.firstIndex(of: "=") {
                variables[String(entry[..<sign])] = String(entry[entry.index(after: sign)...])
            } else if let value = own[entry] {
                variables[entry] = value
            } else {
                throw ValidationError("--env \(entry): that variable is not set here; give it as \(entry)=VALUE.")
            }
        }
        return variables
    }

    static func duration(_ text: String) throws -> Duration {
        guard let duration = DurationText.duration(text) else {
            throw ValidationError("must be \(DurationText.rule)")
        }
        return duration
    }
}
