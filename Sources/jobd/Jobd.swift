import ArgumentParser
import Glibc
import JobDaemon
import JobProtocol

@main
struct Jobd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobd",
        abstract: "Run jobs in the background: stored durably, run by workers, seen in the journal.",
        discussion: """
            jobd runs in the foreground until it gets SIGTERM or SIGINT; then it starts nothing more, waits for running \
            jobs (drain_timeout) and ends. A second signal skips the wait. SIGHUP reads the configuration again, unless \
            jobd runs at a terminal: then that has gone, and jobd ends. Use jobctl to hand it jobs.

            Without options it uses the usual places: as root /etc/jobd/jobd.toml, /var/lib/jobd and \
            /run/jobd/jobd.sock; as another user the XDG folders. No file is needed.
            """,
        version: "jobd \(Version.text)")

    @Option(help: ArgumentHelp("The configuration file.", valueName: "FILE"))
    var config: String?

    @Option(help: ArgumentHelp("Where jobs and their output are kept.", valueName: "DIR"))
    var stateDirectory: String?

    @Option(help: ArgumentHelp("The Unix socket to listen on, unless a service manager passes one.", valueName: "PATH"))
    var socket: String?

    @Flag(help: "Say what is wrong with the configuration, and exit.")
    var checkConfig = false

    /// Of a running jobd, before it becomes this one.
    @Option(help: .hidden)
    var checkTakeover: String?

    func run() throws {
        let options = DaemonOptions(configuration: config, stateDirectory: stateDirectory, socket: socket)
        if let checkTakeover { throw ExitCode(JobDaemon.checkTakeover(options, checkTakeover)) }
        let code = checkConfig ? JobDaemon.checkConfiguration(options) : JobDaemon.run(options)
        throw ExitCode(code)
    }
}
