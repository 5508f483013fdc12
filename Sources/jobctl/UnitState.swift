import Kernel

/// What the service manager says of one of its units (systemctl(1)).
struct UnitState: Equatable {
    private let properties: [String: String]

    /// - Parameter block: lines `NAME=VALUE`.
    init(_ block: some Sequence<Substring>) {
        var properties: [String: String] = [:]
        for line in block {
            guard let mark = line.firstIndex(of: "=") else { continue }
            properties[String(line[..<mark])] = String(line[line.index(after: mark)...])
        }
        self.properties = properties
    }

    private subscript(name: String) -> String { properties[name] ?? "" }

    var name: String { self["Id"] }
    var isThere: Bool { self["LoadState"] == "loaded" }
    var isMasked: Bool { self["LoadState"] == "masked" }
    /// `active`, `failed` and others.
    var active: String { self["ActiveState"] }
    /// `enabled`, `disabled` and others.
    var enabled: String { self["UnitFileState"] }
    var isStale: Bool { self["NeedDaemonReload"] == "yes" }
    /// How it ended: `success`, `exit-code`, `start-limit-hit` and others.
    var result: String { self["Result"] }
    var exitStatus: Int? { Int(self["ExecMainStatus"]) }
    var dropIns: [String] { self["DropInPaths"].split(separator: " ").map(String.init) }

    private static let names = [
        "Id", "LoadState", "ActiveState", "UnitFileState", "NeedDaemonReload", "Result", "ExecMainStatus",
        "DropInPaths",
    ]
    private static let patience = Duration.seconds(5)

    /// Reads the answer of `systemctl show`.
    static func parse(_ text: String) -> [UnitState] {
        text.split(separator: "\n", omittingEmptySubsequences: false).split(separator: "").map { UnitState($0) }
    }

    /// Asks for units; none where no service manager answers.
    ///
    /// - Parameter isUser: whether the user's own manager is asked.
    static func of(_ units: [String], isUser: Bool) -> [UnitState] {
        let properties = "--property=\(names.joined(separator: ","))"
        return systemctl((isUser ? ["--user"] : []) + ["show", properties] + units).map { parse($0) } ?? []
    }

    /// `systemd 252`; `nil` where it does not say.
    static func version() -> String? {
        guard let text = systemctl(["--version"]) else { return nil }
        return text.split(separator: " ").prefix(2).joined(separator: " ")
    }

    /// What it says; `nil` where it says nothing.
    private static func systemctl(_ arguments: [String]) -> String? {
        guard let said = try? ProgramOutput(of: "systemctl", ["systemctl"] + arguments, until: .now + patience),
            !said.output.isEmpty
        else { return nil }
        return said.output
    }
}
