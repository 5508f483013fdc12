import ArgumentParser
import Glibc
import JobClient
import Threading

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Submit a job, follow it, and exit with its code.",
        usage: "jobctl run [<options>] [--] <command> [<args> ...]",
        discussion: """
            What the job writes to stdout and stderr appears on jobctl's, byte for byte. Options stand before the \
            command, as with add.

            Ctrl-C detaches: the job goes on. A second Ctrl-C within two seconds stops the job. SIGTERM detaches at \
            once.

            EXIT CODE
              The job's own; 128+n when signal n ended it; 124 after a timeout; 126 when its program could not be \
            executed, 127 when there is none; 125 when jobd could not see it through (lost, interrupted, cancelled) \
            or jobctl itself failed; 130 after Ctrl-C.
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var job: JobOptions

    /// How long after the first Ctrl-C the second one stops the job.
    private static let secondThoughts = Duration.seconds(2)

    func run() throws {
        let exit: JobExit
        do {
            exit = try runJob()
        } catch let failure as Failure where failure.code > 128 {
            throw failure
        } catch {
            // jobctl's own codes must not be taken for the job's.
            throw Failure(ExitStatus.failedItself, Jobctl.failure(for: error).sentence)
        }
        throw Failure(exit.code, exit.sentence)
    }

    private func runJob() throws -> JobExit {
        let client = connection.client
        let request = try job.request(from: client)
        let submitted = try client.submit(request, for: job.start.user, token: job.token)
        for warning in SubmitText.warnings(submitted) { StandardStream.say(warning) }
        if submitted.state != .running, StandardStream.error.isTerminal {
            StandardStream.say(SubmitText.sentence(submitted, request: request, mode: try job.mode()))
        }
        // From here on the job exists, and a signal is a question of what becomes of it.
        let interruptions = try Interruptions()
        interruptions.guarding(client.interrupter)
        do {
            // From its first attempt on, unless it was there before.
            let first = submitted.existing == nil ? 1 : nil
            try LogPrinter(client.logs(of: submitted.id, attempt: first, follow: true)).printAll()
            return JobExit(try client.waitForEnd(of: submitted.id).view)
        } catch JobClientError.interrupted {
            throw try detach(from: submitted.id, interruptions)
        } catch let error as JobClientError {
            throw Failure(error).adding("Job \(submitted.id) is stored; see \"jobctl show \(submitted.id)\"")
        }
    }

    /// After the first signal: leaves the job alone, unless a second one says that it should stop.
    private func detach(from id: Int64, _ interruptions: Interruptions) throws -> Failure {
        let goesOn = "job \(id) goes on: follow it with \"jobctl logs -f \(id)\""
        guard interruptions.first == SIGINT else { return Failure(128 + SIGTERM, goesOn) }
        // The terminal shows "^C" and stays on that line.
        if StandardStream.error.isTerminal { try StandardStream.error.write(line: "") }
        StandardStream.say("\(goesOn), or press Ctrl-C again now to stop it")
        guard interruptions.wait(for: 2, until: .after(Self.secondThoughts)) else {
            return Failure(ExitStatus.interrupted)
        }
        let client = connection.client
        interruptions.guarding(client.interrupter, after: 2)
        do {
            _ = try client.cancel([id])
            let job = try client.waitForEnd(of: id)
            return Failure(ExitStatus.interrupted, JobExit.sentence(of: job.view))
        } catch JobClientError.interrupted {
            return Failure(ExitStatus.interrupted, "job \(id) is being stopped")
        }
    }
}
