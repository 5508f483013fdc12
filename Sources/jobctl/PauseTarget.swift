import ArgumentParser
import JobClient

/// What is paused or resumed: jobs, or queues.
struct PauseTarget: ParsableArguments {
    @Option(
        name: [.customShort("q", allowingJoined: true), .customLong("queue")],
        help: ArgumentHelp("This queue, and not single jobs. Repeatable.", valueName: "QUEUE"))
    var queues: [String] = []

    @Argument(
        help: ArgumentHelp("Jobs: 7, 9-12, @last, @-2.", valueName: "job"), transform: { try JobSelector(parsing: $0) })
    var jobs: [JobSelector] = []

    func check() throws {
        guard jobs.isEmpty != queues.isEmpty else {
            throw ValidationError("Name jobs by number, or queues by --queue.")
        }
    }
}
