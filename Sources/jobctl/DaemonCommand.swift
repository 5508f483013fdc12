import ArgumentParser

struct DaemonCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "daemon",
        abstract: "Look at jobd, reload, upgrade it, back up its jobs.",
        subcommands: [
            DaemonStatusCommand.self, DaemonReloadCommand.self, DaemonReexecCommand.self, DaemonBackupCommand.self,
            DaemonMetricsCommand.self,
        ],
        defaultSubcommand: DaemonStatusCommand.self)
}
