import ArgumentParser
import JobClient
import JobProtocol
import Jobs

/// Which jobs are meant: by number, or by what they have in common.
struct JobFilterOptions: ParsableArguments {
    @Option(
        name: [.customShort("q", allowingJoined: true), .customLong("queue")],
        help: ArgumentHelp("All jobs of this queue that the verb is for. Repeatable.", valueName: "QUEUE"))
    var queues: [String] = []

    @Option(name: [.customShort("g", allowingJoined: true), .customLong("group")], help: .hidden)
    var groups: [String] = []

    @Option(
        name: .customLong("state"),
        help: ArgumentHelp("All jobs in this state. Repeatable.", valueName: "STATE"), transform: Self.state)
    var states: [JobClient.State] = []

    @Flag(name: .shortAndLong, help: "All jobs that the verb is for and that you may see.")
    var all = false

    @Argument(
        help: ArgumentHelp("Jobs: 7, 9-12, @last, @-2.", valueName: "job"), transform: { try JobSelector(parsing: $0) })
    var jobs: [JobSelector] = []

    var isByFilter: Bool { all || !queues.isEmpty || !groups.isEmpty || !states.isEmpty }

    func validate() throws {
        guard jobs.isEmpty || !isByFilter else {
            throw ValidationError("Name jobs by number or by --queue, --state or --all, not by both.")
        }
    }

    /// Refuses states in which the verb can do nothing, and for verbs that change something also naming no job.
    func validate(for states: [JobClient.State], needsJobs: Bool) throws {
        if let wrong = self.states.first(where: { !states.contains($0) }) {
            let words = states.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--state \(wrong.rawValue) makes no sense here: it may be one of \(words).")
        }
        guard !needsJobs || isByFilter || !jobs.isEmpty else {
            throw ValidationError("Say which jobs: by number, --queue, --state or --all.")
        }
    }

    /// The ids of the jobs that are meant; none where the filter meets none.
    ///
    /// - Parameters:
    ///   - states: those that the verb is for, where the filter names none.
    ///   - otherwise: the jobs where nothing was said at all.
    func ids(
        from client: JobClient, in states: [JobClient.State] = JobClient.State.unfinished,
        otherwise: [JobSelector] = []
    ) throws -> [Int64] {
        guard isByFilter else { return try JobSelector.ids(jobs.isEmpty ? otherwise : jobs, from: client) }
        try KnownQueues.check(queues + groups, client)
        let filter = JobClient.Filter(states: self.states.isEmpty ? states : self.states, queues: queues + groups)
        let jobs = try JobSnapshot.jobs(from: client, filter, atMost: nil).jobs
        return jobs.map(\.id.rawValue).sorted()
    }

    static func state(_ text: String) throws -> JobClient.State {
        guard let state = JobClient.State(rawValue: text) else {
            throw ValidationError(
                "must be one of " + JobClient.State.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return state
    }
}

extension JobClient.State {
    static var unfinished: [JobClient.State] { allCases.filter { !$0.isFinal } }
    static var waiting: [JobClient.State] { [.blocked, .scheduled, .ready, .held] }
    static var final: [JobClient.State] { allCases.filter(\.isFinal) }
}
