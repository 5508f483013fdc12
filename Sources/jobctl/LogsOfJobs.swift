import JobClient
import Threading

/// Shows the output of jobs: one after the other, or all at once where they are followed.
struct LogsOfJobs: Sendable {
    let ids: [Int64]
    let query: LogQuery
    let labels: [Int64: LogLabel]
    let output: LogOutput
    let socket: String?
    private let said = Monitor<Set<String>>([])

    init(ids: [Int64], query: LogQuery, labels: [Int64: LogLabel], output: LogOutput, socket: String?) {
        self.ids = ids
        self.query = query
        self.labels = labels
        self.output = output
        self.socket = socket
    }

    /// Each one takes a thread here and a connection to the daemon.
    static let mostFollowed = 64

    /// Prints what is wanted of every job, also where another has no output.
    ///
    /// - Throws: what was wrong with the first job that could not be shown.
    func print() throws {
        guard !query.follow || ids.count <= Self.mostFollowed else {
            throw Failure(ExitStatus.usage, "at most \(Self.mostFollowed) jobs can be followed at once")
        }
        let failures = query.follow && ids.count > 1 ? try printAtOnce() : try ids.map(printOne)
        try output.finish()
        if let first = failures.compactMap(\.self).first { throw Failure(first.code) }
    }

    private func printAtOnce() throws -> [Failure?] {
        let pool = ThreadPoolExecutor(maxWorkers: ids.count, namePrefix: "logs")
        defer { pool.shutDown() }
        let results = try ids.map { id in try pool.submit { try printOne(id) } }
        return try results.map { try $0.result() }
    }

    /// Says at once what is wrong with a job: others may go on for a long time.
    private func printOne(_ id: Int64) throws -> Failure? {
        do {
            try LogSource(of: id, query, from: JobClient(socket: socket)).read { lines in
                try output.print(lines, labels[id])
            }
            return nil
        } catch {
            let failure = Jobctl.failure(for: error)
            // What holds for all is said once.
            if let sentence = failure.sentence, said.withLock({ $0.insert(sentence).inserted }) {
                try output.say(sentence)
            }
            return failure
        }
    }
}
