import ArgumentParser
import JobClient

struct DaemonBackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Write a copy of all jobs into a new file, while jobd runs.",
        discussion: """
            The daemon writes the file, readable for its own user only, and the copy holds all jobs as they were at one \
            moment; nothing that exists is overwritten. Only root and the daemon's own user may ask for it. The output \
            of jobs and the key of their secrets are files beside the store: back them up as files.

            To restore it, stop jobd, move the store and all files whose names begin with its name away, copy the \
            backup to its place, and start jobd:

              systemctl stop jobd.socket jobd.service
              mkdir /var/lib/jobd/old && mv /var/lib/jobd/jobd.db* /var/lib/jobd/old/
              cp FILE /var/lib/jobd/jobd.db
              systemctl start jobd.socket jobd.service

            Jobs that ran at the backup count as lost: those that may retry run again, the others have failed. The \
            restored store is one of its own, and can run beside its original.
            """)

    @Argument(help: ArgumentHelp("Where to write it.", valueName: "FILE"))
    var file: String

    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        let path = try WorkingDirectory.absolute(file)
        try connection.client.backUp(to: path)
    }
}
