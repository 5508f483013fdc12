import ArgumentParser
import Glibc
import Kernel

/// The variables that a job gets: options of `add` and `run`.
struct EnvironmentOptions: ParsableArguments {
    @Option(
        name: [.customShort("E"), .customLong("env")],
        help: ArgumentHelp("Set a variable for it; -E K passes yours on. Repeatable.", valueName: "K=V"))
    var environment: [String] = []

    @Option(
        name: .customLong("env-file"),
        help: ArgumentHelp(
            "Set what stands in this file: K=V, K=\"V\" or K a line; # begins a comment. Repeatable.", valueName: "FILE"
        ))
    var files: [String] = []

    @Flag(name: .customLong("env-all"), help: "Pass all your variables on.")
    var all = false

    /// The variables; what stands later here holds: all of one's own, the files, --env.
    ///
    /// - Parameters:
    ///   - own: jobctl's own variables.
    ///   - readsFiles: whether the files are read; some, such as pipes, can be read but once.
    func variables(
        of own: [String: String] = ProcessEnvironment.variables, readsFiles: Bool = true
    ) throws -> [String: String] {
        var variables = all ? try Self.checked(own) : [:]
        for file in readsFiles ? files : [] {
            let text = try InputFile.read(file, atMost: Self.longestFile, for: "--env-file")
            for entry in try Self.entries(text, file) {
                try Self.set(entry.name, entry.value, &variables, own, "--env-file \(file), line \(entry.line)")
            }
        }
        for entry in environment { try Self.add(entry, to: &variables, own, "--env \(entry)") }
        return variables
    }

    private static let longestFile = 1 << 20

    private static func entries(_ text: [UInt8], _ file: String) throws -> [EnvironmentFile.Entry] {
        do {
            return try EnvironmentFile.entries(text)
        } catch .notUTF8(let line) {
            throw ValidationError(
                "--env-file \(file), line \(line) is not UTF-8, which a job's environment must be.")
        } catch .noVariable(let line) {
            throw ValidationError(
                "--env-file \(file), line \(line): each line is NAME=VALUE or NAME, and a name has letters, digits and _ only."
            )
        }
    }

    /// Adds `NAME=VALUE` or `NAME`.
    ///
    /// By bytes: as a character the sign can be one with what follows it.
    private static func add(
        _ entry: String, to variables: inout [String: String], _ own: [String: String], _ place: String
    ) throws {
        guard let sign = entry.utf8.firstIndex(of: UInt8(ascii: "=")) else {
            return try set(entry, nil, &variables, own, place)
        }
        let name = String(decoding: entry.utf8[..<sign], as: UTF8.self)
        guard !name.isEmpty else { throw ValidationError("\(place): a variable's name must stand before the =.") }
        variables[name] = String(decoding: entry.utf8[entry.utf8.index(after: sign)...], as: UTF8.self)
    }

    /// - Parameter value: `nil` is what the variable is here.
    private static func set(
        _ name: String, _ value: String?, _ variables: inout [String: String], _ own: [String: String], _ place: String
    ) throws {
        if let value {
            variables[name] = value
        } else if own[name] != nil, let value = getenv(name), String(validatingCString: value) == nil {
            throw ValidationError("\(place): its value is not UTF-8, which a job's environment must be.")
        } else if let value = own[name] {
            variables[name] = value
        } else {
            throw ValidationError("\(place): that variable is not set here; give it as \(name)=VALUE.")
        }
    }

    private static func checked(_ own: [String: String]) throws -> [String: String] {
        for name in own.keys.sorted() {
            guard let value = getenv(name), String(validatingCString: value) == nil else { continue }
            throw ValidationError("--env-all: the value of \(name) is not UTF-8, which a job's environment must be.")
        }
        return own
    }
}
