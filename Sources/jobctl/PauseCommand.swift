import ArgumentParser
import JobClient

struct PauseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Let jobs stand still, or queues start nothing.",
        discussion: """
            A paused job stands still with all its processes until it is resumed, and its timeout with it. A paused \
            queue starts nothing more; what runs in it goes on, or with --freeze stands still. Only root and the group \
            jobd-admin may pause queues.

            EXAMPLES
              jobctl pause 42
              jobctl pause -q nightly --freeze

            EXIT CODE
              1 when some job does not run, 3 when one does not exist.
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var target: PauseTarget

    @Flag(help: "Freeze what runs in the queues, too.")
    var freeze = false

    @Flag(help: "Print what became of jobs as a JSON array.")
    var json = false

    func validate() throws {
        try target.check()
        guard !freeze || !target.queues.isEmpty else {
            throw ValidationError("--freeze goes with --queue; a job that is paused stands still in any case.")
        }
    }

    func run() throws {
        let client = connection.client
        guard target.queues.isEmpty else { return try QueuePauseCommand.pause(target.queues, freeze: freeze, client) }
        let ids = try JobSelector.ids(target.jobs, from: client)
        try ChangeReport(.pause, ids, try client.pause(ids)).write(asJSON: json)
    }
}
