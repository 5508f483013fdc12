import ArgumentParser
import JobClient
import JobProtocol

struct AddCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Submit a job.",
        usage: "jobctl add [<options>] [--] <command> [<args> ...]",
        discussion: """
            Options stand before the command: from its first word on everything belongs to it, untouched. Several \
            words are executed exactly as they are; a single one is text for /bin/sh -c. The job is on disk when \
            jobctl says so.

            EXAMPLES
              jobctl add tar -czf /backup/home.tgz /home
              jobctl add 'sort -u names.txt > names.sorted'
              jobctl add -q nightly --at 'tomorrow 03:00' ./report.sh --all
              jobctl add -r 5 --backoff 30s rsync -a /data backup:
              ID=$(jobctl add -p make -C /srv/site)
              jobctl add -a $ID rsync -a /srv/site/ web:/srv/site/
            """,
        aliases: ["a"])

    @OptionGroup var connection: ConnectionOptions

    @Flag(name: [.customShort("p"), .customLong("id-only")], help: "Print only the job's number.")
    var idOnly = false

    @Flag(help: "Print the job as JSON.")
    var json = false

    @OptionGroup var job: JobOptions

    func run() throws {
        let client = connection.client
        let request = try job.request(from: client)
        let submitted = try client.submit(request, for: job.start.user, token: job.token)
        for warning in SubmitText.warnings(submitted) { StandardStream.say(warning) }
        let text =
            if json {
                JSONText.object(try client.job(submitted.id).view.json)
            } else if idOnly {
                "\(submitted.id)"
            } else {
                SubmitText.sentence(submitted, request: request, mode: try job.mode())
            }
        try StandardStream.output.write(line: text)
    }
}

extension JobClient {
    /// Submits one job; where its fate stays unknown the error says how to find out.
    func submit(_ request: JobRequest, for user: String?, token: String?) throws -> Submitted {
        var request = request
        let token = token ?? Self.makeToken()
        request.token = token
        do {
            return try submit(request, for: user)
        } catch {
            switch error {
            case .connectionLost, .outcomeUnknown, .shuttingDown:
                throw Failure(error).adding("Whether the job is stored is unknown: repeat it with --token \(token)")
            default: throw error
            }
        }
    }
}
