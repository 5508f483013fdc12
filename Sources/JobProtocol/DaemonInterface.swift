package import Varlink

/// The text of `io.jobd.Daemon`: what a client can ask of the daemon itself.
package enum DaemonInterface {
    package static let name = "io.jobd.Daemon"

    /// The parsed text; a test proves that it parses.
    package static func description() throws(InterfaceSyntaxError) -> InterfaceDescription {
        try InterfaceDescription(text)
    }

    package static let text = """
        # The daemon itself.
        interface io.jobd.Daemon

        \(QueueView.declaration)

        \(DaemonUsage.declaration)

        \(DaemonProblem.declaration)

        # One thing that Examine looked at: ok, note (something that jobs might be expected to have is missing, or will
        # change), warning (works now, and will not in a situation that is likely to come) or problem (does not work);
        # what was found, and what would make it better, for people.
        type Finding (subject: string, verdict: string, sentence: string, advice: ?string)

        # Writes a copy of all jobs as they are at one moment into a new file, by its absolute path, and answers when it
        # is on disk. The daemon writes it: for root and the daemon's own user only. Jobs run and are stored meanwhile.
        method Backup(path: string) -> ()

        # What is well with the daemon where it runs, and what is not.
        method Examine() -> (findings: []Finding)

        # Lets the configuration file hold as it is now: all of it, or nothing; for administrators. Running jobs go on
        # as they were started. Tells what holds differently, for people.
        method Reload() -> (changes: []string)

        # What is counted and measured, in the text format of OpenMetrics 1.0.
        method Metrics() -> (text: string)

        # The configuration file has something wrong, a sentence for each problem; the old configuration holds on.
        error InvalidConfiguration (problems: []string)

        # Makes the daemon become the program that lies in its place now, after an upgrade: the same process, with the
        # same children and the same socket. Running jobs go on. For root and the daemon's own user only. The new program
        # answers, as soon as it serves; other calls that wait are ended with io.jobd.Jobs.ShuttingDown or with their
        # connection, and may be made again at once. Tells the versions, and how many jobs go on.
        method Reexec() -> (oldVersion: string, version: string, running: int)

        # Nothing has changed: the new program cannot go on, or a running job cannot be handed to it now.
        error ReexecRefused (reason: string)

        # How the daemon is.
        method Status() -> (
          version: string,
          pid: int,
          # running or draining.
          state: string,
          # system (root: each job runs as who submitted it), unprivileged (all as one user) or user (for one user alone).
          mode: string,
          # The unit of the service manager that runs it; absent where none does.
          unit: ?string,
          started: string,
          # The user it runs as.
          user: string,
          stateDirectory: string,
          # The configuration file it read; absent where it runs on defaults.
          configuration: ?string,
          # How the processes of an attempt are kept together.
          containment: string,
          queues: []Queue,
          # How much there is of each resource that jobs may need.
          resources: [string]int,
          usage: ?Usage,
          # What went wrong of late, oldest first; none for others than administrators.
          problems: []Problem
        )

        # The backup was not made, and nothing is left of it.
        error BackupFailed (reason: string)

        # A defect of the daemon.
        error InternalError (reason: string)
        """
}
