import ArgumentParser
import JobClient

struct DaemonReexecCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reexec", abstract: "Let jobd become the jobd that is installed now, while its jobs go on.",
        discussion: """
            The way to upgrade: install the new jobd over the old one, then "jobctl daemon reexec". The process stays \
            the same, and so do its children and its socket. Running jobs go on; the new jobd sees what they print, \
            stops them at their timeouts and records how they end. Whoever waits for a job or follows its output asks \
            again by itself, as jobctl does. Submits meanwhile wait for their answer.

            The new jobd is tried first: where it cannot start, cannot read the configuration or cannot go on with the \
            store, the old one stays, and the command says why and fails. The configuration file is read anew. Only \
            root and the daemon's own user may ask for it.
            """)

    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        let (old, new, running) = try connection.client.reexecute()
        let jobs = running == 1 ? "1 running job goes on" : "\(running) running jobs go on"
        try StandardStream.output.write(lines: [PrintableText.escaped("jobd \(old) became jobd \(new); \(jobs)")])
    }
}
