import JobClient
import JobProtocol
import Jobs
import Varlink

/// Says what became of jobs that were to be changed: what was done on stdout, what was not on stderr.
struct ChangeReport {
    /// What is done to a job: its name is that of the verb.
    enum Verb: String {
        case hold, release, retry, edit, signal, pause, resume
    }

    private let verb: Verb
    private let results: [(id: Int64, result: JobClient.Changed)]

    init(_ verb: Verb, _ ids: [Int64], _ results: [JobClient.Changed]) {
        self.verb = verb
        self.results = Array(zip(ids, results)).map { (id: $0, result: $1) }
    }

    /// Writes it.
    ///
    /// - Throws: a failure without words where not all was done.
    func write(asJSON: Bool) throws {
        if asJSON {
            try StandardStream.output.write(line: JSONText.array(results.map { Self.object($0.id, $0.result) }))
        } else {
            try StandardStream.output.write(
                lines: results.compactMap { id, result in
                    if case .done(let state) = result { Self.done(verb, id, state) } else { nil }
                })
        }
        for (id, result) in results {
            if let sentence = Self.problem(id, result) { StandardStream.say(sentence) }
        }
        let code = Self.exitCode(results.map(\.result))
        if code != ExitStatus.done { throw Failure(code) }
    }

    static func done(_ verb: Verb, _ id: Int64, _ state: JobClient.State) -> String {
        let now =
            switch state {
            case .blocked: "it waits for other jobs"
            case .scheduled: "it waits for its time"
            case .ready: "it waits for a worker"
            case .held: "it is held"
            case .running: "it runs"
            case .succeeded, .failed, .cancelled: "it has \(state.rawValue)"
            }
        return switch verb {
        case .hold: "job \(id) is held: \"jobctl release \(id)\" lets it start"
        case .release: "job \(id) is released: \(now)"
        case .retry: "job \(id) will run once more: \(now)"
        case .edit: "job \(id) is changed: \(now)"
        case .signal: "job \(id) gets the signal"
        case .pause: "job \(id) stands still: \"jobctl resume \(id)\" lets it go on"
        case .resume: "job \(id) goes on"
        }
    }

    static func problem(_ id: Int64, _ result: JobClient.Changed) -> String? {
        switch result {
        case .done: nil
        case .refused(let refusal): "job \(id): \(refusal.sentence)"
        case .unknown: "\(JobClientError.noSuchJob(id))"
        }
    }

    static func exitCode(_ results: [JobClient.Changed]) -> Int32 {
        if results.contains(.unknown) { return ExitStatus.notFound }
        let isAllDone = results.allSatisfy { if case .done = $0 { true } else { false } }
        return isAllDone ? ExitStatus.done : ExitStatus.no
    }

    private static func object(_ id: Int64, _ result: JobClient.Changed) -> JSONObject {
        let id = JobID(rawValue: id)
        return switch result {
        case .done(let state): ChangeAnswer.Item(id: id, result: .done(state: state.rawValue)).json
        case .refused(let refusal):
            ChangeAnswer.Item(
                id: id,
                result: .refused(
                    .init(
                        reason: refusal.reason, sentence: refusal.sentence, state: refusal.state?.rawValue,
                        job: refusal.job.map(JobID.init)))
            ).json
        case .unknown: ChangeAnswer.Item(id: id, result: .unknown).json
        }
    }
}
