import JobService
import Jobs
import Logging

/// What the configuration file says, with everything filled in that it does not.
struct Configuration: Hashable, Sendable {
    var drainTimeout = Duration.seconds(60)
    /// The same where the whole machine shuts down, if that is shorter.
    var shutdownTimeout = Duration.seconds(30)
    /// Bytes that must be free on the disk that holds the state before anything new is stored or started.
    var keepFree: Int64 = 32 << 20
    var logLevel = Logger.Level.info
    /// By name; `default` is always there.
    var queues: [QueueName: QueueSettings] = [:]
    /// How much there is of each resource that jobs may need.
    var resources: [String: Int] = [:]
    var retention = Retention.default
    /// Whether root's jobs run, as root.
    var mayBeRoot = true
    /// Whether jobs may run as units of systemd.
    var mayBeUnits = true
    /// Whose members may submit besides those who may anyway; `nil` is what holds without one.
    var submitGroup: String?
    /// Where metrics can be fetched; `nil` is nowhere but the socket.
    var metrics: MetricsAddress?

    /// What holds without a file.
    ///
    /// - Parameter processors: the workers of the queue `default`, one for each.
    init(processors: Int) {
        queues[.default] = QueueSettings(name: .default, workers: processors)
    }

    /// What the service runs by.
    ///
    /// - Parameters:
    ///   - abilities: what can be done for jobs where the daemon runs.
    ///   - isRoot: whether it runs as root.
    func service(_ abilities: Abilities, isRoot: Bool) -> ServiceSettings {
        ServiceSettings(
            queues: queues.values.sorted { $0.name < $1.name }, resources: resources, retention: retention,
            start: StartRules(abilities: abilities, mayBeRoot: mayBeRoot, isDaemonRoot: isRoot))
    }

    /// What it asks for that cannot be had where the daemon runs, a sentence for each.
    func problems(with abilities: Abilities) -> [String] {
        let rules = StartRules(abilities: abilities, mayBeRoot: mayBeRoot)
        return queues.values.sorted { $0.name < $1.name }.flatMap { queue -> [String] in
            var problems: [String] = []
            if queue.isolation == .unit, let lack = abilities.units.lack {
                problems.append("queues.\(queue.name).isolation is unit, and \(lack)")
            }
            for name in ResourceLimits.Name.allCases {
                guard queue.limits[name] != nil || queue.ceilings[name] != nil,
                    let lack = rules.lack(of: name, queue.isolation)
                else { continue }
                problems.append("queues.\(queue.name).\(name.rawValue) \(lack)")
            }
            return problems
        }
    }
}

/// What is wrong with a configuration file: everything, not only the first thing.
struct ConfigurationError: Error, Hashable, CustomStringConvertible {
    /// One problem and its place.
    struct Problem: Hashable {
        /// 0 where no line is to blame.
        let line: Int
        /// `queues.default.workers`; empty where no key is to blame.
        let key: String
        let sentence: String
    }

    let file: String
    let problems: [Problem]

    var description: String {
        problems.map { problem in
            let place = problem.line > 0 ? "\(file):\(problem.line)" : file
            return problem.key.isEmpty
                ? "\(place): \(problem.sentence)" : "\(place): \(problem.key) \(problem.sentence)"
        }.joined(separator: "\n")
    }
}
