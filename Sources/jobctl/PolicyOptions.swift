import ArgumentParser
import JobClient
import JobProtocol
import Jobs

/// When a job starts, what follows a failure, and beside which others it may run: options of `add` and `run`.
struct PolicyOptions: ParsableArguments {
    @Option(
        name: [.customShort("d"), .customLong("delay")],
        help: ArgumentHelp("Wait so long before it may start: 90s, 5min, \"1h 30min\".", valueName: "TIME"),
        transform: JobOptions.duration)
    var delay: Duration?

    @Option(
        help: ArgumentHelp(
            "Do not start it before: 5m, 16:30, \"tomorrow 03:00\", \"mon 9:00\", \"2026-12-24 18:00\", RFC 3339.",
            valueName: "WHEN"),
        transform: Self.when)
    var at: Timestamp?

    @Option(
        help: ArgumentHelp("Let it fail when it has not started so long after now.", valueName: "TIME"),
        transform: JobOptions.duration)
    var expires: Duration?

    @Option(
        help: ArgumentHelp("Stop it when it has run so long (default: the queue's).", valueName: "TIME"),
        transform: JobOptions.duration)
    var timeout: Duration?

    @Option(
        help: ArgumentHelp("Stop it with TERM, and so much later with KILL (default: 10s).", valueName: "TIME"),
        transform: JobOptions.duration)
    var killAfter: Duration?

    @Flag(name: [.customShort("s"), .customLong("hold")], help: "Do not start it before it is released.")
    var hold = false

    @Option(
        name: [.customShort("r"), .customLong("retries")],
        help: ArgumentHelp("Try it so often again after a failure (default: the queue's).", valueName: "N"))
    var retries: Int?

    @Option(
        help: ArgumentHelp(
            "Wait at most so long before the first retry, then twice that, up to 1h (default: 5s).", valueName: "TIME"),
        transform: JobOptions.duration)
    var backoff: Duration?

    @Option(
        help: ArgumentHelp("Try it again only after these exit codes, and 75.", valueName: "1,2"),
        transform: Self.codes)
    var retryOn: [Int] = []

    @Option(
        help: ArgumentHelp("Exit codes that are success, beside 0.", valueName: "1,2"), transform: Self.codes)
    var successCodes: [Int] = []

    @Option(
        help: ArgumentHelp(
            "What follows when jobd's end cut it short: requeue or fail.", valueName: "requeue|fail"),
        transform: Self.onInterrupt)
    var onInterrupt: JobRequest.OnInterrupt?

    @Option(
        name: [.customShort("a"), .customLong("after")],
        help: ArgumentHelp("Start it when these have succeeded: 4,5, 7-9, @last.", valueName: "JOBS"),
        transform: { try SelectorList(parsing: $0) })
    var after: [SelectorList] = []

    @Option(
        help: ArgumentHelp("Start it when these have ended, however.", valueName: "JOBS"),
        transform: { try SelectorList(parsing: $0) })
    var afterAny: [SelectorList] = []

    @Option(
        help: ArgumentHelp("Start it when these have failed.", valueName: "JOBS"),
        transform: { try SelectorList(parsing: $0) })
    var afterFail: [SelectorList] = []

    @Option(
        help: ArgumentHelp(
            "No second unfinished job with this key: the first one is given, or with reject it is an error, or with replace the new one takes its place.",
            valueName: "KEY[,reject|replace]"),
        transform: { UniqueOption(parsing: $0) })
    var unique: UniqueOption?

    @Option(
        name: [.customShort("N"), .customLong("slots")],
        help: ArgumentHelp("Take up so many of the queue's workers (default: 1).", valueName: "N"))
    var slots: Int?

    @Option(
        help: ArgumentHelp(
            "Start it only where so much of a resource is left: gpu, gpu=2. Repeatable.", valueName: "R[=N]"),
        transform: { try KeyedAmount(parsing: $0, otherwise: 1) })
    var needs: [KeyedAmount] = []

    @Option(
        help: ArgumentHelp(
            "Let at most so many of your jobs with this word run at a time. Repeatable.", valueName: "KEY=N"),
        transform: { try KeyedAmount(parsing: $0) })
    var limit: [KeyedAmount] = []

    func validate() throws {
        guard delay == nil || at == nil else { throw ValidationError("Give --delay or --at, not both.") }
    }

    /// Puts them into a request; all but the jobs to wait for.
    func apply(to request: inout JobRequest) {
        request.delay = delay
        request.at = at?.description
        request.expires = expires
        request.timeout = timeout
        request.killAfter = killAfter
        request.isHeld = hold
        request.retries = retries
        request.backoff = backoff
        request.retryOn = retryOn
        request.successCodes = successCodes
        request.onInterrupt = onInterrupt
        request.key = unique?.key
        request.onKeyConflict = unique?.onConflict ?? .existing
        request.slots = slots ?? 1
        request.needs = KeyedAmount.dictionary(needs)
        request.limits = KeyedAmount.dictionary(limit)
    }

    /// Puts the jobs to wait for into a request; `@last` is asked for.
    func applyDependencies(to request: inout JobRequest, from client: JobClient) throws {
        request.after = try JobSelector.ids(after.flatMap(\.selectors), from: client)
        request.afterAny = try JobSelector.ids(afterAny.flatMap(\.selectors), from: client)
        request.afterFail = try JobSelector.ids(afterFail.flatMap(\.selectors), from: client)
    }

    static func when(_ text: String) throws -> Timestamp {
        guard let time = WhenText.instant(text, now: TimeText.now) else {
            throw ValidationError("must be \(WhenText.rule)")
        }
        return time
    }

    private static func codes(_ text: String) throws -> [Int] {
        try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            guard let code = Int32(part), Limits.exitCodes.contains(code) else {
                let bounds = Limits.exitCodes
                throw ValidationError(
                    "must be exit codes from \(bounds.lowerBound) to \(bounds.upperBound), like 1 or 1,75")
            }
            return Int(code)
        }
    }

    private static func onInterrupt(_ text: String) throws -> JobRequest.OnInterrupt {
        guard let rule = JobRequest.OnInterrupt(rawValue: text) else {
            throw ValidationError("must be requeue or fail")
        }
        return rule
    }
}
