import ArgumentParser
import JobClient
import Jobs

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

    @OptionGroup var environment: EnvironmentOptions

    @Option(
        name: [.customShort("o"), .customLong("priority")], parsing: .unconditional,
        help: ArgumentHelp("-1000 to 1000; higher runs first (default: 0).", valueName: "N"))
    var priority: Int?

    @Option(
        help: ArgumentHelp("The same token again gives the same job, not a second one.", valueName: "TOKEN"))
    var token: String?

    @OptionGroup var policy: PolicyOptions
    @OptionGroup var start: StartOptions

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
        let readers = environment.files.filter { $0 == "-" }.map { "--env-file \($0)" } + start.readers
        guard readers.count <= 1 else {
            throw ValidationError("\(readers.joined(separator: " and ")) cannot both read jobctl's stdin.")
        }
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

    /// What can be said without asking the daemon or reading what comes with the job.
    func request() throws -> JobRequest {
        let command = try command()
        guard command.first?.allSatisfy(\.isWhitespace) == false else { throw ValidationError("The command is empty.") }
        var request = command.count == 1 ? JobRequest(shell: command[0]) : JobRequest(command: command)
        request.queue = queue ?? group
        request.name = name ?? label
        request.directory = try WorkingDirectory.absolute(directory)
        request.environment = try environment.variables(readsFiles: false)
        request.priority = priority ?? 0
        policy.apply(to: &request)
        try start.apply(to: &request)
        request.token = token
        return request
    }

    /// All of it; asks the daemon which job `@last` is.
    func request(from client: JobClient) throws -> JobRequest {
        var request = try request()
        request.environment = try environment.variables()
        try start.applyFiles(to: &request)
        try policy.applyDependencies(to: &request, from: client)
        return request
    }

    static func duration(_ text: String) throws -> Duration {
        guard let duration = DurationText.duration(text) else {
            throw ValidationError("must be \(DurationText.rule)")
        }
        return duration
    }
}
