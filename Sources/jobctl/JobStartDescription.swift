import JobProtocol
import Jobs
import Varlink

/// What was said of how a job starts and what it may use: only what was said.
struct JobStartDescription {
    private let json: JSONObject

    init(_ job: JobView) {
        json = job.json
    }

    var fields: [(key: String, value: String)] {
        [
            ("memory", size("memoryBytes")), ("swap", size("swapBytes")),
            ("processor", number("cpuPercent").map { "\($0)% of one" }), ("tasks", number("tasks")),
            ("I/O weight", number("ioWeight")), ("rlimits", limits), ("nice", number("nice")),
            ("I/O class", text("ioPriority")), ("umask", text("umask")), ("kill signal", text("killSignal")),
            ("stdin", input), ("secrets", list("secretNames")), ("runs as", text("isolation")),
            ("properties", list("properties")),
        ].compactMap { key, value in value.map { (key, PrintableText.escaped($0)) } }
    }

    private func text(_ field: String) -> String? { json[field]?.stringValue }
    private func number(_ field: String) -> String? { json[field]?.integerValue.map { "\($0)" } }
    private func size(_ field: String) -> String? { json[field]?.integerValue.map(CostText.size) }

    private func list(_ field: String) -> String? {
        json[field]?.arrayValue?.compactMap(\.stringValue).joined(separator: ", ")
    }

    private var limits: String? {
        json["processLimits"]?.objectValue?.members.map { "\($0.name)=\($0.value.stringValue ?? "")" }
            .joined(separator: ", ")
    }

    private var input: String? {
        text("inputFile") ?? json["inputBytes"]?.integerValue.map { "\(CostText.size($0)) that came with it" }
    }
}
