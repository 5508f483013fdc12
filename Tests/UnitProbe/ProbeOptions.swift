import Glibc
import JobRunner
import Jobs

/// What the command line asks for.
struct ProbeOptions {
    /// What is done to the attempt while it runs.
    struct Event: Sendable {
        let after: Duration
        let act: @Sendable (AttemptControl) -> Void
    }

    private(set) var events: [Event] = []
    private var properties: [UnitProperty] = []
    private var resources = ResourceLimits()
    private var surroundings = Surroundings()
    private var attachments = Attachments()
    private var timeout: Duration?
    private var killAfter = Duration.seconds(5)
    private var user = geteuid()
    private var directory: String?
    private let command: [String]

    init(_ words: [String]) {
        let separator = words.firstIndex(of: "--") ?? words.endIndex
        command = Array(words[separator...].dropFirst())
        for word in words[..<separator] {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            take(parts[0], parts.count > 1 ? parts[1] : "")
        }
    }

    private mutating func take(_ option: String, _ value: String) {
        let time = DurationText.duration(value) ?? .zero
        switch option {
        case "property": properties += [UnitProperty(value)].compactMap(\.self)
        case "memory": resources.memory = Int64(value)
        case "tasks": resources.tasks = Int(value)
        case "stdin": attachments.input = Array(value.utf8)
        case "file": surroundings.input = .file(value)
        case "secret": SecretName("word").map { attachments.secrets[$0] = Array(value.utf8) }
        case "nofile": surroundings.limits.bounds[.openFiles] = .init(soft: UInt64(value) ?? 0)
        case "nice": surroundings.nice = Int(value)
        case "user": user = UInt32(value) ?? user
        case "directory": directory = value
        case "timeout": timeout = time
        case "kill-after": killAfter = time
        case "cancel-after": events.append(Event(after: time) { $0.stop(because: .cancel) })
        case "freeze-after": events.append(Event(after: time) { $0.freeze() })
        case "thaw-after": events.append(Event(after: time) { $0.thaw() })
        case "signal-after":
            events.append(Event(after: time) { control in SignalNumber("USR1").map(control.send(signal:)) })
        default: fatalError("unknown option \(option)")
        }
    }

    var order: AttemptOrder {
        AttemptOrder(
            id: Self.ownID, command: Command(arguments: command, directory: directory), name: nil, queue: .default,
            submitter: Submitter(user: user, group: user), surroundings: surroundings, attachments: attachments,
            resources: resources, isolation: .unit, properties: properties, timeout: timeout, killAfter: killAfter,
            outputLimit: 8 << 20, ready: .now)
    }

    /// A number of its own, so that two probes do not meet.
    private static var ownID: AttemptID { AttemptID(job: JobID(rawValue: Int64(getpid())), number: 1) }

    static func order(_ id: AttemptID, _ command: [String]) -> AttemptOrder {
        AttemptOrder(
            id: id, command: Command(arguments: command), name: nil, queue: .default,
            submitter: Submitter(user: geteuid(), group: getegid()), isolation: .unit, timeout: nil,
            killAfter: .seconds(5), outputLimit: 8 << 20)
    }

    static func text(of cost: Cost) -> String {
        func number(_ value: Int64?) -> String { value.map(String.init) ?? "-" }
        return "cost: cpu \(cost.userTime / .microseconds(1)) us, peak \(number(cost.peakMemory)), "
            + "read \(number(cost.readBytes)), written \(number(cost.writtenBytes)), "
            + "wall \(cost.wallTime.map { "\($0 / .milliseconds(1)) ms" } ?? "-"), "
            + "latency \(cost.startLatency.map { "\($0 / .milliseconds(1)) ms" } ?? "-")"
    }
}
