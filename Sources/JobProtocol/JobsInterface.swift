package import Varlink

/// The text of `io.jobd.Jobs`: what a client can ask of jobs.
package enum JobsInterface {
    package static let name = "io.jobd.Jobs"

    /// The parsed text; a test proves that it parses.
    package static func description() throws(InterfaceSyntaxError) -> InterfaceDescription {
        try InterfaceDescription(text)
    }

    package static let text = """
        # Jobs: submit them, look at them, read what they print, wait for them, change them, cancel them.
        #
        # You see and control your own jobs. Root and the members of the group jobd-admin see and control all; a job
        # of somebody else looks like one that does not exist. Times that the daemon gives are RFC 3339 in UTC.
        #
        # One rule for text: it is Unicode without U+0000, which would end an argument, a variable or a path. A string
        # with U+0000 is refused, and the error names its place. Bytes that are not UTF-8, and half of a surrogate
        # pair, are no JSON: such a message ends its connection without a reply.
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
          # The time before which it may not start: RFC 3339 with any offset; one that has passed is now. Either this
          # or the delay.
          at: ?string,
          # How long it waits before it may start.
          delayMilliseconds: ?int,
          # How long it may wait for its first start, counted from the submit, before it fails instead.
          expiresMilliseconds: ?int,
          # How long an attempt may take before it is stopped; the queue's bound if absent.
          timeoutMilliseconds: ?int,
          # From TERM to KILL when it is stopped; the queue's grace if absent.
          killAfterMilliseconds: ?int,
          # Further attempts after the first one failed; the queue's number if absent.
          retries: ?int,
          # The longest wait before the first retry; it doubles from retry to retry, up to an hour, and each time a
          # random part of it is waited. The queue's if absent.
          backoffMilliseconds: ?int,
          # Exit codes that are worth a retry, beside 75 (EX_TEMPFAIL); any if absent.
          retryOn: ?[]int,
          # Exit codes that mean success, beside 0.
          successCodes: ?[]int,
          # What happens when a shutdown stopped an attempt, or its end was not seen: requeue (it runs again, and no
          # retry is spent) or fail. If absent, a stopped job that has retries runs again, and an unseen end is a
          # failed attempt.
          onInterrupt: ?string,
          # Whether it is stored as held: then it does not start before it is released.
          hold: ?bool,
          # Names the work: no two unfinished jobs of a user have the same key.
          key: ?string,
          # What a submit does whose key an unfinished job has: existing (gives that job), reject, or replace (takes
          # its place while it waits; is rejected when it runs). existing if absent.
          onKeyConflict: ?string,
          # How many of its queue's workers it takes up; 1 if absent.
          slots: ?int,
          # What it takes, while it runs, of the resources that are configured.
          needs: ?[string]int,
          # The user's own limits: it starts only while fewer than so many running jobs of the user name the same word.
          limits: ?[string]int,
          # The permission bits that its new files do not get, octal; 022 if absent.
          umask: ?string,
          # From -20 to 19, as far as its user may have it.
          nice: ?int,
          # idle, best-effort:0 to best-effort:7, or realtime:0 to realtime:7.
          ioPriority: ?string,
          # Limits of each of its processes (setrlimit): as, core, cpu, data, fsize, memlock, msgqueue, nofile, nproc,
          # sigpending or stack; each a number, unlimited, or soft:hard.
          processLimits: ?[string]string,
          # What all its processes together may use: bytes of memory and of swap, percent of one processor, processes
          # and threads; and its weight against others at the disk, 1 to 10000. Where the daemon cannot hold it to
          # one of them the job is refused; "approximate" in the answer names those that it can only nearly.
          memoryBytes: ?int,
          swapBytes: ?int,
          cpuPercent: ?int,
          tasks: ?int,
          ioWeight: ?int,
          # The signal that asks it to end; TERM if absent.
          killSignal: ?string,
          # process (a child of the daemon) or unit (a transient unit of systemd); the queue's if absent.
          isolation: ?string,
          # Properties of its unit: NAME=VALUE, as in systemd.exec(5).
          properties: ?[]string,
          # A file that it reads from its stdin, opened with its own rights.
          inputFile: ?string,
          # Bytes that it reads from its stdin, at most 1 MiB, in base64.
          inputBase64: ?string,
          # Secrets by name, in base64: the job finds each as a file in $CREDENTIALS_DIRECTORY. They are never shown.
          secrets: ?[string]string,
          # Jobs that must have succeeded before it starts. It fails when one of them ends otherwise.
          after: ?[]int,
          # Jobs that must have ended before it starts, however.
          afterAny: ?[]int,
          # Jobs that must have failed, or been cancelled, before it starts. It fails when one of them succeeds. No job
          # may be named twice in the three lists.
          afterFail: ?[]int,
          # A repeat of a submit with the same token gives the same job, and makes no second one.
          token: ?string
        )

        # What became of one job of a submit.
        type Submitted (
          # Absent where it is not stored, like all but the last two.
          id: ?int,
          queue: ?string,
          state: ?string,
          # An earlier submit with this token had made the job.
          repeated: ?bool,
          # Why the job was there already: token or key.
          existing: ?string,
          # The jobs that waited before it.
          ahead: ?int,
          # Whether its queue is paused: it will not start before somebody resumes it.
          paused: ?bool,
          # Limits that are only nearly enforced here: of each process, or of all of the user's.
          approximate: ?[]string,
          # Only of a partial submit, where the job is not stored: the name of the error, and what describes it.
          error: ?string,
          parameters: ?object
        )

        # One run of a job.
        type Attempt (
          number: int,
          # The machine that claimed it.
          node: string,
          claimed: string,
          # Absent while it runs, like all that follows.
          ended: ?string,
          # exited, signalled, timedOut, cancelled, couldNotStart, outOfMemory, interrupted or lost.
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
          # From the moment when its program ran; and how long it took until then, from when the job could start.
          wallMilliseconds: ?int,
          startLatencyMicroseconds: ?int,
          # The largest of its processes; absent where the kernel cannot tell, as for small ones.
          maxResidentBytes: ?int,
          # The most memory of all its processes together; absent where the kernel does not count it, like the rest.
          peakMemoryBytes: ?int,
          minorFaults: ?int,
          majorFaults: ?int,
          readBytes: ?int,
          writtenBytes: ?int
        )

        # Another job that a job waits for, or has waited for, and how that one must end: succeeded, ended or failed.
        type Dependency (id: int, condition: string)

        # A step of a job's life: when, who ("jobd", or a user's name), what, and the state after it.
        type Transition (
          at: string,
          by: string,
          # submitted, started, ended (an attempt), due, dependenciesMet, dependencyFailed, expired, held, released,
          # cancelRequested (of a running job), cancelled, replaced, retried, edited, signalled, paused or resumed.
          event: string,
          # More about it, for people.
          detail: ?string,
          # The attempt that it is about.
          attempt: ?int,
          # The other job that it is about.
          job: ?int,
          state: string
        )

        # A job as it is now.
        type Job (
          id: int,
          # blocked (waits for other jobs), scheduled (for a time), ready (for a worker or a resource), held (for
          # somebody to release it), running, succeeded, failed or cancelled.
          state: string,
          # Whether it runs and is being stopped, because somebody cancelled it.
          stopping: ?bool,
          # Whether it runs and stands still.
          frozen: ?bool,
          # Why it failed: exited, signalled, timedOut, couldNotStart, outOfMemory, interrupted, lost, dependency (a job that it
          # waited for ended in a way in which this one cannot run), expired or poison (three attempts in a row took
          # the daemon or the machine with them).
          failure: ?string,
          # The same in words.
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
          # From here on as it was submitted, and edited since; absent where nothing was said.
          at: ?string,
          delayMilliseconds: ?int,
          expiresMilliseconds: ?int,
          timeoutMilliseconds: ?int,
          killAfterMilliseconds: ?int,
          retries: ?int,
          backoffMilliseconds: ?int,
          retryOn: ?[]int,
          successCodes: ?[]int,
          onInterrupt: ?string,
          hold: ?bool,
          key: ?string,
          onKeyConflict: ?string,
          slots: ?int,
          needs: ?[string]int,
          limits: ?[string]int,
          umask: ?string,
          nice: ?int,
          ioPriority: ?string,
          processLimits: ?[string]string,
          memoryBytes: ?int,
          swapBytes: ?int,
          cpuPercent: ?int,
          tasks: ?int,
          ioWeight: ?int,
          killSignal: ?string,
          isolation: ?string,
          properties: ?[]string,
          inputFile: ?string,
          inputBytes: ?int,
          secretNames: ?[]string,
          # Jobs that it waits for and that have not ended.
          openDependencies: int,
          submitted: string,
          # Before when it may not start.
          due: ?string,
          # When it fails if it has not started.
          expiry: ?string,
          # When its last attempt was claimed.
          started: ?string,
          # When its state became final.
          ended: ?string,
          # Attempts begun so far.
          attemptCount: int,
          # The newest, oldest first: up to 100, and of List only the last one.
          attempts: []Attempt,
          # Only of Get, like all that follows: the first 100 of the jobs that it waits for or has waited for.
          dependencies: ?[]Dependency,
          dependencyCount: ?int,
          # The newest 100 steps of its life, oldest first.
          history: ?[]Transition,
          historyCount: ?int
        )

        # What became of one job that was to be changed: done (it is in this state now), refused (see the reason) or
        # unknown (there is no such job, or it is not yours).
        type Changed (
          id: int,
          result: string,
          state: ?string,
          # ended (it has ended, in that state), notPossible (it makes no sense in that state), keyTaken (another
          # unfinished job has its key: "job"), dependencyFailed (a job that it waits for ended otherwise: "job" must
          # be retried first), dependencyGone (that "job" was removed), hasStarted (its command cannot change any
          # more), rootOnly (only root may say what root's jobs run), or for an edit the name of the error that a submit of such a job would get.
          reason: ?string,
          # The same for people: the rest of a sentence that begins with the job.
          sentence: ?string,
          job: ?int
        )

        # What became of one job that was to be cancelled: cancelled (it will not run), stopping (its processes are
        # being stopped), ended (it had ended before, in that state) or unknown (there is no such job, or it is not
        # yours).
        type Cancelled (id: int, result: string, state: ?string)

        # A line that a job printed. With encoding "base64" the text is in base64, because it was not UTF-8.
        # A line that is not complete goes on in the next one of its stream, or ended without a newline.
        type Line (time: string, stream: string, text: string, encoding: ?string, complete: bool)

        # Stores jobs, all or none, or with "partial" each that can be. The answer comes when they are on disk.
        # Root, and the group jobd-admin, may give them to another user, who may be root only for root.
        method Submit(jobs: []Spec, partial: ?bool, user: ?string) -> (jobs: []Submitted)

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

        # Holds jobs that wait: they do not start before they are released.
        method Hold(ids: []int) -> (jobs: []Changed)

        # Releases jobs that are held.
        method Release(ids: []int) -> (jobs: []Changed)

        # Lets jobs that have ended run once more, under their number, with all their retries.
        method Retry(ids: []int) -> (jobs: []Changed)

        # Changes jobs that wait; what is absent stays as it is. A time to start is one of "at", "delayMilliseconds"
        # (from now on) and "now". The command can change only before the first start.
        method Edit(
          ids: []int,
          queue: ?string,
          name: ?string,
          priority: ?int,
          at: ?string,
          delayMilliseconds: ?int,
          now: ?bool,
          command: ?[]string
        ) -> (jobs: []Changed)

        # Sends a signal to all processes of jobs that run. It changes nothing of how their end is judged.
        method Signal(ids: []int, signal: string) -> (jobs: []Changed)

        # Lets jobs that run stand still, with all their processes, until Resume; their timeouts stand still too.
        method Pause(ids: []int) -> (jobs: []Changed)

        # Lets jobs go on.
        method Resume(ids: []int) -> (jobs: []Changed)

        # The one reason why a job does not run now, and what would change that. The details are those that belong to
        # the kind.
        method Why(id: int) -> (
          id: int,
          state: string,
          # running, stopping, frozen, ended, blocked (other jobs), scheduled (a time), backoff (the wait before a
          # retry), held, noQueue, paused (its queue), draining (jobd stops), noSpace (on the disk), resource, limit
          # (the user's own), rate (of its queue), busy (the workers of its queue) or next (nothing: it starts next).
          kind: string,
          # For people: the rest of a sentence that begins with the job.
          sentence: string,
          # What would change it, with the command to run.
          remedy: ?string,
          # When the reason will be gone by itself.
          until: ?string,
          since: ?string,
          # Who holds it, or paused its queue.
          by: ?string,
          attempt: ?int,
          # The first of the jobs that it waits for, or that have taken what it lacks; how many it waits for, or how
          # many of its attempts failed.
          jobs: ?[]int,
          count: ?int,
          queue: ?string,
          # The folder on whose disk so many bytes are free, and so many must be.
          folder: ?string,
          free: ?int,
          needed: ?int,
          # The queues that there are.
          known: ?[]string,
          resource: ?string,
          # How much it needs, how much is taken, and how much there may be.
          amount: ?int,
          taken: ?int,
          bound: ?int,
          rate: ?string,
          workers: ?int,
          slots: ?int,
          # The jobs that come before it.
          ahead: ?int
        )

        # What an attempt printed, the last one if none is named, from an offset that an earlier answer gave; from a
        # negative one, with the first line that begins within so many bytes before the end of the stored output.
        # Without "more": one part; call again with its "next" while "end" is false. With "more": all parts; with
        # "follow" also those to come, until the attempt has ended; with "later" too those of later attempts, until
        # the job has.
        method Logs(
          id: int,
          attempt: ?int,
          offset: ?int,
          follow: ?bool,
          later: ?bool
        ) -> (attempt: int, lines: []Line, next: int, end: bool)

        # There is no such job, or it is not yours.
        error NoSuchJob (id: int)

        # There is no such attempt of this job.
        error NoSuchAttempt (id: int, attempt: int)

        # No queue of that name is configured; these are, the most similar name first. The index, here and below, is
        # the place of the job in a submit, counted from 0.
        error NoSuchQueue (queue: string, known: []string, index: ?int)

        # Something in a submit or an edit cannot be: which field, and why.
        error InvalidJob (field: string, reason: string, index: ?int)

        # The token stands for another job already, or for another one of the same submit.
        error TokenTaken (token: string, id: ?int, index: ?int)

        # An unfinished job, in that state, has the key; without an id another one of the same submit.
        error KeyTaken (key: string, id: ?int, state: string, index: ?int)

        # There is no such job to wait for, or it is not yours.
        error NoSuchDependency (id: int, index: ?int)

        # No resource of that name is configured; these are, the most similar name first.
        error NoSuchResource (resource: string, known: []string, index: ?int)

        # There is not so much of the resource.
        error TooMuch (resource: string, amount: int, capacity: int, index: ?int)

        # Its queue has fewer workers than the job takes up.
        error TooManySlots (slots: int, workers: int, index: ?int)

        # Too little is free, in bytes, on the disk with this folder: nothing of this was stored. It works again by
        # itself when there is room: repeat it then, with the same token.
        error NoSpace (folder: string, free: int, needed: int)

        # The daemon stops; ask again when it is back.
        error ShuttingDown ()

        # Storage failed and the daemon stops. Whether this was carried out is unknown: repeat it with its token.
        error OutcomeUnknown (reason: string)

        # Storage could not be read.
        error StorageFailed (reason: string)
        """
}
