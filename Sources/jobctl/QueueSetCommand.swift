import ArgumentParser
import JobClient

struct QueueSetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Change settings of a queue, at once and for good.",
        discussion: """
            The settings win over the configuration's, also after a restart; an empty value goes back to what the \
            configuration says. Only root and the group jobd-admin may do it.

              workers=N         how many jobs run at the same time
              rate=N/TIME       how many start per time: 10/1min
              timeout=TIME      how long a job may run that says nothing itself
              kill_after=TIME   from TERM to KILL
              retries=N         further attempts of a job that says nothing itself
              backoff=TIME      the longest wait before the first of them

            EXAMPLES
              jobctl queue set build workers=8 rate=100/1min
              jobctl queue set build rate=
            """)

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: ArgumentHelp("The queue.", valueName: "queue"))
    var queue: String

    @Argument(help: ArgumentHelp("Settings: workers=8 rate=10/1min.", valueName: "key=value"))
    var settings: [String]

    func validate() throws { _ = try changes() }

    func changes() throws(ValidationError) -> [String: String?] {
        var changes: [String: String?] = [:]
        for setting in settings {
            guard let sign = setting.firstIndex(of: "="), sign != setting.startIndex else {
                throw ValidationError("\(setting): must be a setting and its value, like workers=8.")
            }
            let value = setting[setting.index(after: sign)...]
            changes.updateValue(value.isEmpty ? nil : String(value), forKey: String(setting[..<sign]))
        }
        return changes
    }

    func run() throws {
        let client = connection.client
        try client.set(try changes(), of: queue)
        let changed = try client.queues().filter { $0.name == queue }
        try StandardStream.output.write(lines: QueueTable.lines(changed))
    }
}
