/// A job to submit: what to run, and how.
///
///     var request = JobRequest(command: ["tar", "-czf", "/backup/home.tgz", "/home"])
///     request.queue = "nightly"
///     request.timeout = .seconds(3600)
///     request.retries = 3
///
/// Durations are sent in whole milliseconds.
public struct JobRequest: Sendable, Equatable {
    /// What happens when a shutdown stopped an attempt, or its end was not seen.
    public enum OnInterrupt: String, Sendable, CaseIterable {
        /// The job runs again, and no retry is spent.
        case requeue
        /// It has failed.
        case fail
    }

    /// What a submit does whose key an unfinished job has.
    public enum KeyConflict: String, Sendable, CaseIterable {
        /// Gives that job.
        case existing
        /// Is refused.
        case reject
        /// Takes the place of that job while it waits; is refused when it runs.
        case replace
    }

    /// The program and its arguments, executed exactly as given.
    public var command: [String]
    /// The queue it waits in; nil is the queue `default`.
    public var queue: String?
    /// A name for people; need not be unique.
    public var name: String?
    /// Where it starts, absolute; nil is the user's home directory.
    public var directory: String?
    /// Variables beyond those that every job gets.
    public var environment: [String: String] = [:]
    /// From -1000 to 1000; higher runs first within the queue.
    public var priority = 0

    // MARK: Time

    /// How long it waits before it may start; either this or ``at``.
    public var delay: Duration?
    /// The time before which it may not start: RFC 3339 with any offset, at latest 2262-04-11; one that has passed is
    /// now.
    public var at: String?
    /// How long it may wait for its first start, counted from the submit, before it fails instead.
    public var expires: Duration?
    /// How long an attempt may take before it is stopped; nil is the queue's own bound.
    public var timeout: Duration?
    /// From TERM to KILL when it is stopped; nil is the queue's own grace.
    public var killAfter: Duration?
    /// Whether it is stored as held: then it does not start before it is released.
    public var isHeld = false

    // MARK: Failure

    /// Further attempts after the first one failed; nil is the queue's number.
    public var retries: Int?
    /// The longest wait before the first retry; nil is the queue's.
    ///
    /// It doubles from retry to retry, up to an hour, and of each a random part is waited.
    public var backoff: Duration?
    /// Exit codes that are worth a retry, beside 75 (`EX_TEMPFAIL`); empty is any.
    public var retryOn: [Int] = []
    /// Exit codes that mean success, beside 0.
    public var successCodes: [Int] = []
    /// What happens when a shutdown stopped an attempt, or its end was not seen.
    ///
    /// Where it is nil a stopped job that has retries runs again, and an unseen end is a failed attempt.
    public var onInterrupt: OnInterrupt?

    // MARK: Other jobs

    /// Jobs that must have succeeded before it starts; it fails when one of them ends otherwise.
    public var after: [Int64] = []
    /// Jobs that must have ended before it starts, however.
    public var afterAny: [Int64] = []
    /// Jobs that must have failed, or been cancelled, before it starts; it fails when one of them succeeds.
    public var afterFail: [Int64] = []
    /// Names the work: no two unfinished jobs of a user have the same key.
    public var key: String?
    /// What happens when an unfinished job has the key.
    public var onKeyConflict = KeyConflict.existing

    // MARK: Limits

    /// How many of its queue's workers it takes up.
    public var slots = 1
    /// What it takes, while it runs, of the resources that are configured: `["gpu": 1]`.
    public var needs: [String: Int] = [:]
    /// The user's own limits: it starts only while fewer than so many running jobs of the user name the same word.
    public var limits: [String: Int] = [:]

    // MARK: Surroundings

    /// What a job runs as.
    public enum Isolation: String, Sendable, CaseIterable {
        /// A child of jobd, in a cgroup of its own.
        case process
        /// A transient unit of systemd.
        case unit
    }

    /// The permission bits that its new files do not get, octal: `027`; nil is `022`.
    public var umask: String?
    /// From -20 to 19, as far as its user may have it.
    public var nice: Int?
    /// `idle`, `best-effort:0` to `best-effort:7`, or `realtime:0` to `realtime:7`.
    public var ioPriority: String?
    /// Limits of each of its processes by the names of setrlimit(2), `nofile` and the like: a number, `unlimited`, or
    /// `soft:hard`.
    public var processLimits: [String: String] = [:]
    /// Bytes of memory that all its processes together may use.
    public var memory: Int64?
    /// Bytes of swap beside that.
    public var swap: Int64?
    /// Processor time in percent of one processor.
    public var cpuPercent: Int?
    /// Processes and threads that it may have.
    public var tasks: Int?
    /// Its weight against others at a busy disk, 1 to 10000.
    public var ioWeight: Int?
    /// The signal that asks it to end; nil is `TERM`.
    public var killSignal: String?
    /// What it runs as; nil is what its queue says.
    public var isolation: Isolation?
    /// Properties of its unit: `ProtectHome=yes`.
    public var properties: [String] = []
    /// A file that it reads from its stdin, opened with its own rights; either this or ``input``.
    public var inputFile: String?
    /// Bytes that it reads from its stdin, at most 1 MiB.
    public var input: [UInt8]?
    /// Secrets by name, which are never shown.
    ///
    /// The job finds each as a file in `$CREDENTIALS_DIRECTORY`.
    public var secrets: [String: [UInt8]] = [:]

    /// Makes a repeat of the submit harmless: the same token is the same job.
    ///
    /// The client makes one up where it is nil.
    public var token: String?

    /// A program and its arguments.
    public init(command: [String]) {
        self.command = command
    }

    /// Text for the shell.
    public init(shell text: String) {
        command = ["/bin/sh", "-c", text]
    }
}
