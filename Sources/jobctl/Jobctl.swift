import ArgumentParser
import Glibc
import JobClient
import JobProtocol
import Kernel
import Threading

@main
struct Jobctl: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobctl",
        abstract: "Hand jobs to jobd and see what becomes of them.",
        discussion: """
            EXAMPLES
              jobctl add make -C /srv/site           submit a job
              jobctl add 'sort a > b && rm a'        submit text for the shell
              jobctl run -- rsync -a /data backup:   submit, follow, exit with its code
              jobctl                                 what runs, waits and has ended
              jobctl logs -f                         follow your newest job
              jobctl why                             why your newest job does not run
              jobctl retry --failed                  let failed jobs run once more
              jobctl kill 42
              jobctl doctor                          what jobs have here, and what they lack

            JOBS
              42, 9-12, @last (your newest), @-2 (the one before it)

            WHICH JOBD
              --socket PATH before or after the verb, else JOBD_SOCKET, else yours, else the machine's.

            EXIT CODES
              0 done; 1 some were refused, or not all succeeded; 2 wrong usage; 3 no such job, queue or resource; 4 jobd does \
            not answer; 5 jobd refused; 7 the wait took too long. run, and wait on one job, exit with the job's code.
            """,
        version: "jobctl \(Version.text)",
        subcommands: [
            StatusCommand.self, AddCommand.self, RunCommand.self, ShowCommand.self, WhyCommand.self, LogsCommand.self,
            WaitCommand.self, KillCommand.self, PauseCommand.self, ResumeCommand.self, HoldCommand.self,
            ReleaseCommand.self, RetryCommand.self,
            EditCommand.self, QueueCommand.self, DaemonCommand.self, DoctorCommand.self,
        ])

    /// Without a verb it is `status`.
    func run() throws {
        try StatusCommand.parse([]).run()
    }

    static func main() {
        Glibc.exit(run(DefaultVerb.completed(Array(CommandLine.arguments.dropFirst()))))
    }

    /// Does what the arguments say, and returns the exit code.
    static func run(_ arguments: [String]) -> Int32 {
        do {
            try checkEncoding()
            var command = try parseAsRoot(arguments)
            try command.run()
            return ExitStatus.done
        } catch {
            let failure = failure(for: error)
            if let sentence = failure.sentence { StandardStream.say(sentence) }
            return failure.code
        }
    }

    /// What an error means for the exit code, and what is said of it.
    static func failure(for error: any Error) -> Failure {
        switch error {
        case let failure as Failure: return failure
        case let error as JobClientError: return Failure(error)
        case is SystemError, is ThreadError: return Failure(ExitStatus.failedItself, "\(error)")
        default: return usage(error)
        }
    }

    /// What the argument parser has to say: help and version on stdout, mistakes on stderr.
    private static func usage(_ error: any Error) -> Failure {
        let message = fullMessage(for: error)
        guard exitCode(for: error).isSuccess else {
            return Failure(ExitStatus.usage, message.hasPrefix("Error: ") ? String(message.dropFirst(7)) : message)
        }
        do {
            try StandardStream.output.write(line: message)
            return Failure(ExitStatus.done)
        } catch {
            return Failure(ExitStatus.failedItself, "\(error)")
        }
    }

    /// The protocol is JSON, which has no other characters than Unicode's: rather refused than silently changed.
    private static func checkEncoding() throws(Failure) {
        for index in 1..<max(1, Int(CommandLine.argc)) {
            guard let argument = CommandLine.unsafeArgv[index], String(validatingCString: argument) == nil else {
                continue
            }
            throw Failure(ExitStatus.usage, "argument \(index) is not UTF-8: a job's command must be")
        }
    }
}
