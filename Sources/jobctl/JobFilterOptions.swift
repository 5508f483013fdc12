import ArgumentParser
import Glibc
import JobClient
import JobProtocol
import Jobs

/// Which unfinished jobs are meant: by number, or by what they have in common.
struct JobFilterOptions: ParsableArguments {
    @Option(
        name: [.customShort("q", allowingJoined: true), .customLong("queue")],
        help: ArgumentHelp("All unfinished jobs of this queue. Repeatable.", valueName: "QUEUE"))
    var queues: [String] = []

    @Option(name: [.customShort("g", allowingJoined: true), .customLong("group")], help: .hidden)
    var groups: [String] = []

    @Option(
        name: [.customShort("s"), .customLong("state")],
        help: ArgumentHelp("All jobs in this state: scheduled, ready or running. Repeatable.", valueName: "STATE"),
        transform: Self.unfinishedState)
    var states: [JobClient.State] = []

    @Flag(name: .shortAndLong, help: "All unfinished jobs that you may see.")
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

    /// The ids of the jobs that are meant; none where the filter meets none.
    func ids(from client: JobClient, otherwise: [JobSelector]) throws -> [Int64] {
        guard isByFilter else { return try JobSelector.ids(jobs.isEmpty ? otherwise : jobs, from: client) }
        let filter = JobClient.Filter(
            states: states.isEmpty ? JobClient.State.allCases.filter { !$0.isFinal } : states, queues: queues + groups)
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

    private static func unfinishedState(_ text: String) throws -> JobClient.State {
        guard let state = JobClient.State(rawValue: text), !state.isFinal else {
            throw ValidationError("must be scheduled, ready or running")
        }
        return state
    }
}
