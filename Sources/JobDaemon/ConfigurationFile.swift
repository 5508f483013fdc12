import JobService
import Jobs
import Kernel
import Logging

/// Reads a configuration file.
///
/// Every key is checked: an unknown one is an error, not a surprise later.
struct ConfigurationFile {
    private var configuration: Configuration
    var problems: [ConfigurationError.Problem] = []

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

    /// Less would not hold the outcomes of what runs.
    private static let keepFree: ClosedRange<Int64> = 1 << 20...1 << 50

    private static let tables = ["daemon", "metrics", "queues", "resources", "retention"]

    private mutating func apply(_ node: TOMLNode) {
        switch node.path.count {
        case 1 where Self.tables.contains(node.path[0]): expectTable(node)
        case 2 where node.path[0] == "daemon": applyToDaemon(node)
        case 2 where node.path[0] == "metrics": applyToMetrics(node)
        case 2 where node.path[0] == "retention": applyToRetention(node)
        case 2 where node.path[0] == "resources": addResource(node)
        case 2 where node.path[0] == "queues": beginQueue(node)
        case 3 where node.path[0] == "queues": applyToQueue(node)
        // Below something that was refused already.
        case 2...: break
        default:
            refuse(node, "is not known here; known are [daemon], [metrics], [queues.NAME], [resources] and [retention]")
        }
    }

    private mutating func applyToDaemon(_ node: TOMLNode) {
        switch node.path[1] {
        case "drain_timeout":
            if let duration = duration(node, least: .zero) { configuration.drainTimeout = duration }
        case "shutdown_timeout":
            if let duration = duration(node, least: .zero) { configuration.shutdownTimeout = duration }
        case "keep_free":
            if let bytes = byteCount(node, in: Self.keepFree) { configuration.keepFree = bytes }
        case "log_level":
            if let level = choice(node, Logger.Level.allCases.map { ($0.rawValue, $0) }) {
                configuration.logLevel = level
            }
        case "root_jobs":
            if let isAllowed = boolean(node) { configuration.mayBeRoot = isAllowed }
        case "units":
            if let isAllowed = boolean(node) { configuration.mayBeUnits = isAllowed }
        case "submit_group":
            guard case .string(let name) = node.value, !name.isEmpty else {
                return refuse(node, "must be the name of a group")
            }
            configuration.submitGroup = name
        default:
            refuse(
                node,
                "is not known; [daemon] has drain_timeout, keep_free, log_level, root_jobs, shutdown_timeout, "
                    + "submit_group and units")
        }
    }

    private mutating func applyToMetrics(_ node: TOMLNode) {
        switch node.path[1] {
        case "listen":
            guard case .string(let text) = node.value, let address = MetricsAddress(text) else {
                return refuse(node, "must be \(MetricsAddress.rule)")
            }
            configuration.metrics = address
        default: refuse(node, "is not known; [metrics] has listen")
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
        case "rate":
            if let rate = rate(node) { configuration.queues[name]?.rate = rate }
        case "retries":
            if let number = integer(node, in: Limits.retries) { configuration.queues[name]?.retries = number }
        case "backoff":
            if let longest = duration(node, least: .zero) { configuration.queues[name]?.backoff = longest }
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
        case "gain_privileges":
            if let isAllowed = boolean(node) { configuration.queues[name]?.mayGainPrivileges = isAllowed }
        case "isolation":
            let choices = Isolation.allCases.map { ($0.rawValue, $0) }
            if let isolation = choice(node, choices) { configuration.queues[name]?.isolation = isolation }
        default:
            guard applyLimit(node, of: name) else {
                return refuse(
                    node,
                    "is not known; a queue has workers, rate, timeout, kill_after, retries, backoff, journal, "
                        + "output_limit, gain_privileges, isolation, memory, swap, cpu, tasks and io_weight, and "
                        + "memory_ceiling, swap_ceiling, cpu_ceiling and tasks_ceiling")
            }
        }
    }

    /// - Returns: false where the key is no limit.
    private mutating func applyLimit(_ node: TOMLNode, of queue: QueueName) -> Bool {
        let key = node.path[2]
        let suffix = "_ceiling"
        let isCeiling = key.hasSuffix(suffix)
        guard let name = ResourceLimits.Name(rawValue: isCeiling ? String(key.dropLast(suffix.count)) : key),
            !isCeiling || name != .ioWeight
        else { return false }
        if let amount = limit(node, name) {
            if isCeiling {
                configuration.queues[queue]?.ceilings[name] = amount
            } else {
                configuration.queues[queue]?.limits[name] = amount
            }
        }
        return true
    }

    private mutating func applyToRetention(_ node: TOMLNode) {
        switch node.path[1] {
        case "succeeded": setAge(.succeeded, node)
        case "failed": setAge(.failed, node)
        case "cancelled": setAge(.cancelled, node)
        case "keep":
            if let count = integer(node, in: 0...1_000_000_000) { configuration.retention.keep = count }
        default: refuse(node, "is not known; [retention] has succeeded, failed, cancelled and keep")
        }
    }

    private mutating func setAge(_ state: JobState.Name, _ node: TOMLNode) {
        if let age = duration(node, least: .zero) { configuration.retention.ages[state] = age }
    }

    private mutating func addResource(_ node: TOMLNode) {
        let name = node.path[1]
        guard (1...Limits.keyLength).contains(name.utf8.count) else {
            return refuse(node, "is not a name for a resource: use 1 to \(Limits.keyLength) bytes")
        }
        if let capacity = integer(node, in: Limits.resourceAmount) { configuration.resources[name] = capacity }
    }
}
