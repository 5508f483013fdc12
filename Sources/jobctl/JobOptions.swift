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
        name: [.customShort("o"), .customLong("priority")], parsing: .unconditional,
        help: ArgumentHelp("-1000 to 1000; higher runs first (default: 0).", valueName: "N"))
    var priority: Int?

    @Option(
        help: ArgumentHelp("The same token again gives the same job, not a second one.", valueName: "TOKEN"))
    var token: String?

    @OptionGroup var policy: PolicyOptions

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

    /// What can be said without asking the daemon: all but the jobs to wait for.
    func request() throws -> JobRequest {
        let command = try command()
        guard command.first?.allSatisfy(\.isWhitespace) == false else { throw ValidationError("The command is empty.") }
        var request = command.count == 1 ? JobRequest(shell: command[0]) : JobRequest(command: command)
        request.queue = queue ?? group
        request.name = name ?? label
        request.directory = try absoluteDirectory()
        request.environment = try variables(of: Self.ownVariable)
        request.priority = priority ?? 0
        policy.apply(to: &request)
        request.token = token
        return request
    }

    /// All of it; asks the daemon which job `@last` is.
    func request(from client: JobClient) throws -> JobRequest {
        var request = try request()
        try policy.applyDependencies(to: &request, from: client)
        return request
    }

    private func absoluteDirectory() throws -> String {
        if let directory, directory.hasPrefix("/") { return directory }
        guard let path = getcwd(nil, 0) else {
            throw ValidationError(
                "The current directory cannot be told (\(SystemError.text(of: errno))): name one with --directory.")
        }
        defer { free(path) }
        // Not repaired: that would be another directory.
        guard let current = String(validatingCString: path) else {
            throw ValidationError("The current directory's path is not UTF-8: name another one with --directory.")
        }
        guard let directory, directory != "." else { return current }
        return current == "/" ? "/\(directory)" : "\(current)/\(directory)"
    }

    /// - Parameter own: jobctl's own variables, for those that are passed on.
    func variables(of own: (String) throws -> String?) throws -> [String: String] {
        var variables: [String: String] = [:]
        for entry in environment {
            if let sign = entry.firstIndex(of: "=") {
                variables[String(entry[..<sign])] = String(entry[entry.index(after: sign)...])
            } else if let value = try own(entry) {
                variables[entry] = value
            } else {
                throw ValidationError("--env \(entry): that variable is not set here; give it as \(entry)=VALUE.")
            }
        }
        return variables
    }

    private static func ownVariable(_ name: String) throws -> String? {
        guard let value = getenv(name) else { return nil }
        guard let text = String(validatingCString: value) else {
            throw ValidationError("--env \(name): its value is not UTF-8, which a job's environment must be.")
        }
        return text
    }

    static func duration(_ text: String) throws -> Duration {
        guard let duration = DurationText.duration(text) else {
            throw ValidationError("must be \(DurationText.rule)")
        }
        return duration
    }
}
