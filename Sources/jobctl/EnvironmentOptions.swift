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
            for (number, line) in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
                .enumerated()
            {
                guard let line = String(validating: line, as: UTF8.self) else {
                    throw ValidationError(
                        "--env-file \(file), line \(number + 1) is not UTF-8, which a job's environment must be.")
                }
                guard let entry = try Self.entry(line, "--env-file \(file), line \(number + 1)") else { continue }
                try Self.add(entry, to: &variables, own, "--env-file \(file), line \(number + 1)")
            }
        }
        for entry in environment { try Self.add(entry, to: &variables, own, "--env \(entry)") }
        return variables
    }

    private static let longestFile = 1 << 20

    /// `NAME` or `NAME=VALUE`, without the quotes that may stand around the value; `nil` for a comment.
    private static func entry(_ line: String, _ place: String) throws -> String? {
        let line = line.hasSuffix("\r") ? line.dropLast() : line[...]
        let start = line.drop { $0 == " " || $0 == "\t" }
        guard !start.isEmpty, !start.hasPrefix("#") else { return nil }
        let name = start.prefix { $0 != "=" }
        guard isName(name) else {
            throw ValidationError(
                "\(place): each line is NAME=VALUE or NAME, and a name has letters, digits and _ only.")
        }
        let value = start.dropFirst(name.count + 1)
        for quote in ["\"", "'"] where value.count >= 2 && value.hasPrefix(quote) && value.hasSuffix(quote) {
            return "\(name)=\(value.dropFirst().dropLast())"
        }
        return String(start)
    }

    private static func isName(_ name: Substring) -> Bool {
        let letters = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        return letters && name.first.map { !$0.isNumber } == true
    }

    private static func add(
        _ entry: String, to variables: inout [String: String], _ own: [String: String], _ place: String
    ) throws {
        if let sign = entry.firstIndex(of: "=") {
            let name = String(entry[..<sign])
            guard !name.isEmpty else { throw ValidationError("\(place): a variable's name must stand before the =.") }
            variables[name] = String(entry[entry.index(after: sign)...])
        } else if own[entry] != nil, let value = getenv(entry), String(validatingCString: value) == nil {
            throw ValidationError("\(place): its value is not UTF-8, which a job's environment must be.")
        } else if let value = own[entry] {
            variables[entry] = value
        } else {
            throw ValidationError("\(place): that variable is not set here; give it as \(entry)=VALUE.")
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
