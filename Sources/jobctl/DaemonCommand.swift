import ArgumentParser

struct DaemonCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "daemon",
        abstract: "Look at jobd itself, reload it, back up its jobs.",
        subcommands: [
            DaemonStatusCommand.self, DaemonReloadCommand.self, DaemonBackupCommand.self,
            DaemonMetricsCommand.self,
        ],
        defaultSubcommand: DaemonStatusCommand.self)
}
