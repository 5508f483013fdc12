package import Varlink

/// The text of `io.jobd.Jobs`: what a client can ask of jobs.
package enum JobsInterface {
    package static let name = "io.jobd.Jobs"

    /// The parsed text; a test proves that it parses.
    package static func description() throws(InterfaceSyntaxError) -> InterfaceDescription {
        try InterfaceDescription(text)
    }

    package static let text = """
        # Jobs: submit them, look at them, read what they print, wait for them, cancel them.
        #
        # You see and control your own jobs. Root and the members of the group jobd-admin see and control all; a job
        # of somebody else looks like one that does not exist. Times are RFC 3339 in UTC.
        interface io.jobd.Jobs

        # What to run and how.
        type Spec (
          # The program and its arguments, executed exactly as given.
          command: []string,
          # Where it waits; the queue "default" if absent.
          queue: ?string,
          # A name for people; need not be unique.
          name: ?string,
          # Where it starts, absolute; the user's home directory if absent.
          directory: ?string,
          # Variables beyond those every job gets.
          environment: ?[string]string,
          # From -1000 to 1000, higher first; 0 if absent.
          priority: ?int,
          # How long it waits before it may run.
          delayMilliseconds: ?int,
          # How long an attempt may take before it is stopped.
          timeoutMilliseconds: ?int,
          # From TERM to KILL when it is stopped.
          killAfterMilliseconds: ?int,
          # A repeat of a submit with the same token gives the same job, and makes no second one.
          token: ?string
        )

        # What became of one job of a submit.
        type Submitted (
          id: int,
          queue: string,
          state: string,
          # An earlier submit with this token had made the job.
          repeated: bool,
          # The jobs that waited before it.
          ahead: int
        )

        # One run of a job.
        type Attempt (
          number: int,
          # The machine that claimed it.
          node: string,
          claimed: string,
          # Absent while it runs, like all that follows.
          ended: ?string,
          # exited, signalled, timedOut, cancelled, couldNotStart, interrupted or lost.
          outcome: ?string,
          exitCode: ?int,
          signal: ?string,
          # The outcome in words.
          reason: ?string,
          # couldNotStart: which step failed (execute, directory, account ...), and the system's error number.
          step: ?string,
          errno: ?int,
          userMilliseconds: ?int,
          systemMilliseconds: ?int,
          # The largest of its processes; absent where the kernel cannot tell, as for small ones.
          maxResidentBytes: ?int
        )

        # A job as it is now.
        type Job (
          id: int,
          # scheduled, ready, running, succeeded, failed or cancelled.
          state: string,
          # Why it failed, in words: exit code, signal, timeout, could not start, interrupted, lost.
          reason: ?string,
          exitCode: ?int,
          signal: ?string,
          queue: string,
          name: ?string,
          # What kind of work it is; "command" is a program to execute.
          kind: string,
          command: []string,
          directory: ?string,
          environment: ?[string]string,
          priority: int,
          # The name of the user whose job it is, or the number where there is no name.
          user: string,
          uid: int,
          gid: int,
          delayMilliseconds: ?int,
          timeoutMilliseconds: ?int,
          killAfterMilliseconds: ?int,
          submitted: string,
          # Until when a scheduled job waits.
          due: ?string,
          # When its last attempt was claimed.
          started: ?string,
          # When its state became final.
          ended: ?string,
          # Oldest first.
          attempts: []Attempt
        )

        # What became of one job that was to be cancelled: cancelled (it will not run), stopping (its processes are
        # being stopped), ended (it had ended before, in that state) or unknown (there is no such job, or it is not
        # yours).
        type Cancelled (id: int, result: string, state: ?string)

        # A line that a job printed. With encoding "base64" the text is in base64, because it was not UTF-8.
        # A line that is not complete goes on in the next one of its stream, or ended without a newline.
        type Line (time: string, stream: string, text: string, encoding: ?string, complete: bool)

        # Stores jobs, all or none. The answer comes when they are on disk.
        method Submit(jobs: []Spec) -> (jobs: []Submitted)

        # The jobs of these ids, in their order.
        method Get(ids: []int) -> (jobs: []Job)

        # The jobs that match, newest first; "next" is there when there are more: give it as "before".
        method List(
          states: ?[]string,
          queues: ?[]string,
          user: ?string,
          name: ?string,
          before: ?int,
          limit: ?int
        ) -> (jobs: []Job, next: ?int)

        # Each of these jobs as it ends; those that have ended already come first. Needs "more" for several jobs.
        method Wait(ids: []int) -> (job: Job)

        # Cancels jobs: one that waits will not run, one that runs is stopped. Results in the order of the ids.
        method Cancel(ids: []int) -> (jobs: []Cancelled)

        # What an attempt printed, the last one if none is named, from an offset that an earlier answer gave.
        # Without "more": one part; call again with its "next" while "end" is false. With "more": all parts; with
        # "follow" also those to come, until the job has ended.
        method Logs(
          id: int,
          attempt: ?int,
          offset: ?int,
          follow: ?bool
        ) -> (attempt: int, lines: []Line, next: int, end: bool)

        # There is no such job, or it is not yours.
        error NoSuchJob (id: int)

        # There is no such attempt of this job.
        error NoSuchAttempt (id: int, attempt: int)

        # No queue of that name is configured; these are.
        error NoSuchQueue (queue: string, known: []string)

        # Something in a submit cannot be: which field, and why.
        error InvalidJob (field: string, reason: string)

        # The token stands for another job already.
        error TokenTaken (token: string, id: ?int)

        # The daemon stops; ask again when it is back.
        error ShuttingDown ()

        # Storage failed and the daemon stops. Whether this was carried out is unknown: repeat it with its token.
        error OutcomeUnknown (reason: string)

        # Storage could not be read.
        error StorageFailed (reason: string)
        """
}
