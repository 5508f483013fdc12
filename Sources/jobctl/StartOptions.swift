import ArgumentParser
import JobClient
import Jobs

/// What a job finds around itself, and what it may use: options of `add` and `run`.
struct StartOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Let all its processes together use so much memory: 512M, 2G.", valueName: "SIZE"),
        transform: Self.size)
    var memory: Int64?

    @Option(help: ArgumentHelp("And so much swap; 0 is none.", valueName: "SIZE"), transform: Self.size)
    var swap: Int64?

    @Option(
        help: ArgumentHelp("Let it use so much of the processors: 50%, 200%.", valueName: "PERCENT"),
        transform: Self.percent)
    var cpu: Int?

    @Option(help: ArgumentHelp("Let it have at most so many processes and threads.", valueName: "N"))
    var tasks: Int?

    @Option(help: ArgumentHelp("Its weight against others at a busy disk, 1 to 10000.", valueName: "N"))
    var ioWeight: Int?

    @Option(
        name: .customLong("rlimit"),
        help: ArgumentHelp(
            "A limit of each of its processes: nofile=1024, core=unlimited, nproc=50:100. Repeatable.",
            valueName: "NAME=SOFT[:HARD]"),
        transform: Self.pair)
    var processLimits: [Pair] = []

    @Option(parsing: .unconditional, help: ArgumentHelp("From -20 to 19; less is more favourable.", valueName: "N"))
    var nice: Int?

    @Option(
        name: .customLong("ionice"),
        help: ArgumentHelp("Its class at the disk: idle, best-effort:0 to 7, realtime:0 to 7.", valueName: "CLASS"))
    var ioPriority: String?

    @Option(help: ArgumentHelp("Keep these permission bits from its new files (default: 022).", valueName: "OCTAL"))
    var umask: String?

    @Option(help: ArgumentHelp("Ask it to end with this signal (default: TERM).", valueName: "SIGNAL"))
    var killSignal: String?

    @Option(
        name: .customLong("stdin"),
        help: ArgumentHelp(
            "Let it read this file, opened when it starts; - is what you give jobctl now, at most 1 MiB.",
            valueName: "FILE|-"))
    var input: String?

    @Option(
        name: .customLong("secret"),
        help: ArgumentHelp(
            "Give it this file's content as $CREDENTIALS_DIRECTORY/NAME; nobody sees it. Repeatable.",
            valueName: "NAME=FILE|-"),
        transform: Self.pair)
    var secrets: [Pair] = []

    @Option(
        help: ArgumentHelp("Run it as process or as unit, a transient unit of systemd.", valueName: "process|unit"),
        transform: Self.isolation)
    var isolation: JobRequest.Isolation?

    @Option(
        name: .customLong("property"),
        help: ArgumentHelp(
            "A property of its unit, as in systemd.exec(5): ProtectHome=yes. Repeatable.", valueName: "NAME=VALUE"))
    var properties: [String] = []

    @Option(
        help: ArgumentHelp(
            "Submit it as the job of another user: for root and the group jobd-admin.", valueName: "USER"))
    var user: String?

    /// `NAME=VALUE`.
    struct Pair {
        let name: String
        let value: String
    }

    func validate() throws {
        guard input != "" else { throw ValidationError("--stdin must be a file, or - for what you give jobctl now.") }
    }

    /// The options that read jobctl's stdin.
    var readers: [String] {
        secrets.filter { $0.value == "-" }.map { "--secret \($0.name)=-" } + (input == "-" ? ["--stdin -"] : [])
    }

    /// Puts them into a request, but for what is read from files.
    func apply(to request: inout JobRequest) throws {
        request.memory = memory
        request.swap = swap
        request.cpuPercent = cpu
        request.tasks = tasks
        request.ioWeight = ioWeight
        request.processLimits = try Self.dictionary(processLimits, "--rlimit")
        request.nice = nice
        request.ioPriority = ioPriority
        request.umask = umask
        request.killSignal = killSignal
        // Who names a property wants a unit.
        request.isolation = isolation ?? (properties.isEmpty ? nil : .unit)
        request.properties = properties
        if let input, input != "-" { request.inputFile = try WorkingDirectory.absolute(input) }
        for name in try Self.dictionary(secrets, "--secret").keys { request.secrets[name] = [] }
    }

    /// Puts in what is read from files: once, because stdin can be read but once.
    func applyFiles(to request: inout JobRequest) throws {
        if input == "-" {
            request.input = try InputFile.read("-", atMost: StandardInput.maxLength, for: "--stdin")
        }
        for secret in secrets {
            request.secrets[secret.name] = try InputFile.read(
                secret.value, atMost: Limits.secretLength, for: "--secret \(secret.name)")
        }
    }

    private static func dictionary(_ pairs: [Pair], _ flag: String) throws -> [String: String] {
        var values: [String: String] = [:]
        for pair in pairs {
            guard values.updateValue(pair.value, forKey: pair.name) == nil else {
                throw ValidationError("\(flag) \(pair.name) is given twice.")
            }
        }
        return values
    }

    private static func pair(_ text: String) throws -> Pair {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw ValidationError("must be NAME=VALUE")
        }
        return Pair(name: String(text[..<equals]), value: String(text[text.index(after: equals)...]))
    }

    private static func size(_ text: String) throws -> Int64 {
        guard let size = ByteCount.bytes(text) else { throw ValidationError("must be \(ByteCount.rule)") }
        return size
    }

    private static func percent(_ text: String) throws -> Int {
        guard let percent = CPUQuota.percent(text) else { throw ValidationError("must be \(CPUQuota.rule)") }
        return percent
    }

    private static func isolation(_ text: String) throws -> JobRequest.Isolation {
        guard let isolation = JobRequest.Isolation(rawValue: text) else {
            throw ValidationError("must be process or unit")
        }
        return isolation
    }
}
