/// Every bound on what a client may ask for, with its unit and its reason.
package enum Limits {
    /// Jobs in one submit: one transaction must stay short, because others wait for it.
    package static let jobsPerSubmit = 10_000

    /// Ids in one call that names jobs.
    package static let idsPerCall = 10_000

    /// Jobs in one page of a list.
    package static let jobsPerPage = 1_000

    /// Queues in one filter.
    package static let queuesPerFilter = 1_000

    /// Strings in a command: far beyond any real one.
    package static let argumentCount = 10_000

    /// Bytes of one argument or environment entry, its NUL included: the kernel's own bound (MAX_ARG_STRLEN).
    package static let argumentLength = 128 * 1024

    /// Bytes of a command with its environment: the kernel allows a quarter of an 8 MiB stack.
    package static let commandLength = 1 << 20

    /// Entries in a job's environment.
    package static let environmentCount = 10_000

    /// Bytes of a queue's name.
    package static let queueNameLength = 64

    /// Bytes of a job's name.
    package static let jobNameLength = 256

    /// Bytes of a token.
    package static let tokenLength = 128

    /// Bytes of a key, or of the word of a limit.
    package static let keyLength = 256

    /// Other jobs that one job may wait for.
    package static let dependenciesPerJob = 10_000

    /// Dependencies in one submit: see `jobsPerSubmit`.
    package static let dependenciesPerSubmit = 100_000

    /// Resources that one job may need, and limits that it may name, of each so many.
    package static let requirementsPerJob = 16

    /// What a job may need of one resource, and what there may be of it.
    package static let resourceAmount = 1...1_000_000

    /// Further attempts after the first.
    package static let retries = 0...1_000_000

    /// Exit codes in one list.
    package static let exitCodes: ClosedRange<Int32> = 0...255

    /// Properties that a job may give its unit.
    package static let propertiesPerJob = 100

    /// Bytes of a property with its name.
    package static let propertyLength = 4096

    /// Secrets of one job.
    package static let secretsPerJob = 100

    /// Bytes of one secret, as systemd bounds a credential; of all of a job's together.
    package static let secretLength = 1 << 20

    /// Bytes of a path: the kernel's own bound (PATH_MAX).
    package static let pathLength = 4096

    /// Workers of one queue: a worker is a thread.
    package static let workersPerQueue = 1...1024

    /// The longest time that a client may name; longer ones are slips of the keyboard.
    package static let longestDuration = Duration.seconds(10 * 365 * 24 * 3600)

    /// The grace between TERM and KILL where nobody said another.
    package static let defaultKillAfter = Duration.seconds(10)

    /// The longest grace between TERM and KILL: a worker that waits longer for a job to end is not of use.
    package static let longestKillAfter = Duration.seconds(24 * 3600)

    /// Bytes of output that are kept for one attempt where nobody said another number.
    package static let defaultOutputLimit: Int64 = 64 << 20

    /// Bytes of one line in an output file; a longer one is split into parts (CRI's `P`).
    package static let outputLineLength = 16 * 1024
}
