import ArgumentParser
import JobClient
import JobProtocol
import Jobs

struct DaemonStatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show on one screen how it is: process, store, queues, room, last errors.")

    @OptionGroup var connection: ConnectionOptions

    @Flag(help: "Print it as a JSON object.")
    var json = false

    func run() throws {
        let client = connection.client
        let status = try client.status()
        guard !json else { return try StandardStream.output.write(line: JSONText.object(status.parameters)) }
        try StandardStream.output.write(lines: Self.lines(status.answer, socket: client.socket, now: TimeText.now))
    }

    static func lines(_ answer: StatusCall.Answer, socket: String, now: Timestamp) -> [String] {
        let resources = answer.resources.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        let fields: [(String, String)] =
            [
                ("version", answer.version),
                ("state", answer.state == .draining ? "draining: it starts no more jobs" : answer.state.rawValue),
                ("process", "\(answer.pid), as \(answer.user)"),
                ("mode", mode(answer)),
                ("started", "\(TimeText.instant(answer.started)) (\(TimeText.age(now - answer.started)))"),
                ("unit", answer.unit ?? "none: no service manager runs it"),
                ("socket", socket),
                ("state folder", answer.stateDirectory),
                ("configuration", answer.configuration ?? "none: it runs on defaults"),
                ("containment", answer.containment),
            ] + (answer.usage.map(usage) ?? []) + jobs(answer.queues.map(JobClient.Queue.init)) + [
                ("resources", resources.isEmpty ? "none" : resources.joined(separator: ", "))
            ]
        let problems = answer.problems.map { ("last errors", "\(TimeText.instant($0.at)) \($0.sentence)") }
        return KeyValueText.lines(
            (fields + (problems.isEmpty ? [("last errors", "none")] : problems)).map {
                (key: $0.0, value: PrintableText.escaped($0.1))
            })
    }

    private static func mode(_ answer: StatusCall.Answer) -> String {
        switch answer.mode {
        case .system: "system: each job runs as who submitted it"
        case .unprivileged: "unprivileged: all jobs run as \(answer.user)"
        case .user: "user: for \(answer.user) alone"
        }
    }

    private static func usage(_ usage: DaemonUsage) -> [(String, String)] {
        let disk =
            usage.free.map { "\(ByteText.text($0)) free" } ?? "its file system does not say what is free"
        return [
            ("store", "\(ByteText.text(usage.store)), and a log of \(ByteText.text(usage.log))"),
            ("disk", "\(disk), keep_free is \(ByteText.text(usage.keepFree))"),
            ("memory", "\(ByteText.text(usage.memory)), in \(usage.threads) threads"),
            (
                "clients",
                "\(usage.connections) connected; \(usage.openFiles) of \(usage.openFileLimit) files open"
            ),
        ]
    }

    private static func jobs(_ queues: [JobClient.Queue]) -> [(String, String)] {
        let running = queues.reduce(0) { $0 + $1.count(.running) }
        let waiting = queues.reduce(0) { sum, queue in
            JobClient.State.waiting.reduce(sum) { $0 + queue.count($1) }
        }
        return [("jobs", "\(running) running, \(waiting) waiting")]
            + queues.map { ("queues", QueueTable.heading($0)) }
    }
}
