import JobService
import Jobs
import Kernel
import Logging

/// Reads a configuration file.
///
/// Every key is checked: an unknown one is an error, not a surprise later.
struct ConfigurationFile {
    private var configuration: Configuration
    private var problems: [ConfigurationError.Problem] = []

    /// Reads the file; what it does not say keeps its default.
    static func read(_ path: String, processors: Int) throws(ConfigurationError) -> Configuration {
        let text: [UInt8]
        do {
            text = try FileContent.read(path)
        } catch {
            throw ConfigurationError(
                file: path, problems: [.init(line: 0, key: "", sentence: "cannot be read: \(error)")])
        }
        return try parse(text, file: path, processors: processors)
    }

    /// Reads a file's text.
    static func parse(_ text: [UInt8], file: String, processors: Int) throws(ConfigurationError) -> Configuration {
        let nodes: [TOMLNode]
        do {
            nodes = try TOMLDocument.nodes(of: text)
        } catch {
            throw ConfigurationError(
                file: file, problems: [.init(line: error.line, key: "", sentence: "is not TOML: \(error.message)")])
        }
        var reader = ConfigurationFile(configuration: Configuration(processors: processors))
        for node in nodes { reader.apply(node) }
        guard reader.problems.isEmpty else { throw ConfigurationError(file: file, problems: reader.problems) }
        return reader.configuration
    }

    private init(configuration: Configuration) {
        self.configuration = configuration
    }

    private mutating func apply(_ node: TOMLNode) {
        switch node.path.count {
        case 1 where ["daemon", "queues"].contains(node.path[0]): expectTable(node)
        case 2 where node.path[0] == "daemon": applyToDaemon(node)
        case 2 where node.path[0] == "queues": beginQueue(node)
        case 3 where node.path[0] == "queues": applyToQueue(node)
        // Below something that was refused already.
        case 2...: break
        default: refuse(node, "is not known here; known are [daemon] and [queues.NAME]")
        }
    }

    private mutating func applyToDaemon(_ node: TOMLNode) {
        switch node.path[1] {
        case "drain_timeout":
            if let duration = duration(node, least: .zero) { configuration.drainTimeout = duration }
        case "log_level":
            if let level = choice(node, Logger.Level.allCases.map { ($0.rawValue, $0) }) {
                configuration.logLevel = level
            }
        default: refuse(node, "is not known; [daemon] has drain_timeout and log_level")
        }
    }

    private mutating func beginQueue(_ node: TOMLNode) {
        guard let name = QueueName(node.path[1]) else {
            return refuse(node, "is not a name for a queue: use \(QueueName.rule)")
        }
        expectTable(node)
        if configuration.queues[name] == nil { configuration.queues[name] = QueueSettings(name: name, workers: 1) }
    }

    private mutating func applyToQueue(_ node: TOMLNode) {
        guard let name = QueueName(node.path[1]) else { return }
        switch node.path[2] {
        case "workers":
            if let number = integer(node, in: Limits.workersPerQueue) { configuration.queues[name]?.workers = number }
        case "timeout":
            if let bound = duration(node, least: .milliseconds(1)) { configuration.queues[name]?.timeout = bound }
        case "kill_after":
            if let grace = duration(node, least: .zero, longest: Limits.longestKillAfter) {
                configuration.queues[name]?.killAfter = grace
            }
        case "journal":
            let choices = QueueSettings.Journal.allCases.map { ($0.rawValue, $0) }
            if let journal = choice(node, choices) { configuration.queues[name]?.journal = journal }
        case "output_limit":
            if let limit = byteCount(node) { configuration.queues[name]?.outputLimit = limit }
        default:
            refuse(node, "is not known; a queue has workers, timeout, kill_after, journal and output_limit")
        }
    }

    // MARK: Values

    private mutating func expectTable(_ node: TOMLNode) {
        guard case .table = node.value else { return refuse(node, "must be a table") }
    }

    private mutating func integer(_ node: TOMLNode, in bounds: ClosedRange<Int>) -> Int? {
        guard case .integer(let number) = node.value, let number = Int(exactly: number), bounds.contains(number) else {
            refuse(node, "must be a whole number from \(bounds.lowerBound) to \(bounds.upperBound)")
            return nil
        }
        return number
    }

    private mutating func duration(
        _ node: TOMLNode, least: Duration, longest: Duration = Limits.longestDuration
    ) -> Duration? {
        guard case .string(let text) = node.value, let duration = DurationText.duration(text),
            (least...longest).contains(duration)
        else {
            let bounds = "from \(DurationText.text(least)) to \(DurationText.text(longest))"
            refuse(node, "must be \(DurationText.rule), \(bounds)")
            return nil
        }
        return duration
    }

    private mutating func byteCount(_ node: TOMLNode) -> Int64? {
        guard case .string(let text) = node.value, let count = ByteCount.bytes(text) else {
            refuse(node, "must be a size like \"512KiB\", \"64MiB\" or \"2GiB\"")
            return nil
        }
        return count
    }

    private mutating func choice<Value>(_ node: TOMLNode, _ choices: [(String, Value)]) -> Value? {
        guard case .string(let text) = node.value, let choice = choices.first(where: { $0.0 == text }) else {
            refuse(node, "must be one of \(choices.map { "\"\($0.0)\"" }.joined(separator: ", "))")
            return nil
        }
        return choice.1
    }

    private mutating func refuse(_ node: TOMLNode, _ sentence: String) {
        problems.append(.init(line: node.line, key: node.path.joined(separator: "."), sentence: sentence))
    }
}
