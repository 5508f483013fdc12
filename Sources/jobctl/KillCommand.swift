import ArgumentParser
import JobClient
import Jobs
import Varlink

struct KillCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kill",
        abstract: "Cancel jobs that wait, and stop those that run.",
        discussion: """
            A running job gets TERM, or its --kill-signal, with all its processes, and KILL where it has not ended \
            after its --kill-after time. With --signal it gets just that signal, and what it makes of it is its own.

            EXAMPLES
              jobctl kill 42
              jobctl kill 40-49 @last
              jobctl kill -q nightly --state ready
              jobctl kill -s USR1 42

            EXIT CODE
              1 when some had ended already, 3 when one does not exist.
            """,
        aliases: ["k", "cancel"])

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var filter: JobFilterOptions

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Only send this signal to jobs that run.", valueName: "SIGNAL"),
        transform: Self.signal)
    var signal: String?

    @Flag(name: .shortAndLong, help: "Do not ask, however many there are.")
    var yes = false

    @Flag(help: "Print what became of them as a JSON array.")
    var json = false

    func validate() throws {
        try filter.validate(for: signal == nil ? JobClient.State.unfinished : [.running], needsJobs: true)
    }

    func run() throws {
        let client = connection.client
        if let signal { return try send(signal, client) }
        let ids = try filter.ids(from: client)
        if filter.isByFilter { try Confirmation.ask("cancel", ids.count, isSure: yes) }
        let results = Array(zip(ids, try client.cancel(ids)))
        if json {
            try StandardStream.output.write(line: JSONText.array(results.map(Self.object)))
        } else {
            for (id, result) in results where result != .unknown {
                try StandardStream.output.write(line: Self.sentence(id, result))
            }
        }
        for (id, result) in results where result == .unknown { StandardStream.say("\(JobClientError.noSuchJob(id))") }
        let code = Self.exitCode(results.map(\.1))
        if code != ExitStatus.done { throw Failure(code) }
    }

    private func send(_ signal: String, _ client: JobClient) throws {
        let ids = try filter.ids(from: client, in: [.running])
        if filter.isByFilter { try Confirmation.ask("send \(signal) to", ids.count, isSure: yes) }
        try ChangeReport(.signal, ids, try client.send(signal: signal, to: ids)).write(asJSON: json)
    }

    private static func signal(_ text: String) throws -> String {
        guard SignalNumber(text) != nil else { throw ValidationError("must be a signal, like INT, SIGUSR1 or 10") }
        return text
    }

    static func sentence(_ id: Int64, _ result: JobClient.Cancelled) -> String {
        switch result {
        case .cancelled: "job \(id) will not run"
        case .stopping: "job \(id) is being stopped"
        case .ended(let state): "job \(id) had ended before: \(state.rawValue)"
        case .unknown: "\(JobClientError.noSuchJob(id))"
        }
    }

    private static func object(_ id: Int64, _ result: JobClient.Cancelled) -> JSONObject {
        switch result {
        case .cancelled: ["id": .integer(id), "result": "cancelled"]
        case .stopping: ["id": .integer(id), "result": "stopping"]
        case .ended(let state): ["id": .integer(id), "result": "ended", "state": .string(state.rawValue)]
        case .unknown: ["id": .integer(id), "result": "unknown"]
        }
    }

    static func exitCode(_ results: [JobClient.Cancelled]) -> Int32 {
        if results.contains(.unknown) { return ExitStatus.notFound }
        let hasEnded = results.contains { if case .ended = $0 { true } else { false } }
        return hasEnded ? ExitStatus.no : ExitStatus.done
    }
}
