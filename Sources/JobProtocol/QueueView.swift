package import Jobs
package import Varlink

/// A queue as clients see it: the object `Queue` of the interfaces.
package struct QueueView: Sendable, Equatable {
    /// That a queue starts nothing.
    package struct Pause: Sendable, Equatable {
        package let mode: PauseCall.Mode
        /// The name of who paused it.
        package let by: String
        package let since: Timestamp

        package init(mode: PauseCall.Mode, by: String, since: Timestamp) {
            self.mode = mode
            self.by = by
            self.since = since
        }
    }

    package let name: String
    /// 0 where it is not configured.
    package let workers: Int
    package let rate: String?
    package let timeout: Duration?
    package let killAfter: Duration?
    package let retries: Int
    package let backoff: Duration?
    /// The names of the settings that were made while the daemon ran.
    package let made: [String]
    /// `nil` where it is not paused.
    package let pause: Pause?
    /// How many jobs are in which state.
    package let counts: [JobState.Name: Int]

    package init(
        name: String, workers: Int, rate: String? = nil, timeout: Duration? = nil, killAfter: Duration? = nil,
        retries: Int = 0, backoff: Duration? = nil, made: [String] = [], pause: Pause? = nil,
        counts: [JobState.Name: Int]
    ) {
        self.name = name
        self.workers = workers
        self.rate = rate
        self.timeout = timeout
        self.killAfter = killAfter
        self.retries = retries
        self.backoff = backoff
        self.made = made
        self.pause = pause
        self.counts = counts
    }

    package var json: JSONObject {
        var object: JSONObject = ["name": .string(name), "workers": JSONValue(workers)]
        object.append("rate", rate.map { .string($0) })
        object.append("timeoutMilliseconds", timeout.map { JSONValue($0.wholeMilliseconds) })
        object.append("killAfterMilliseconds", killAfter.map { JSONValue($0.wholeMilliseconds) })
        object.append("retries", JSONValue(retries))
        object.append("backoffMilliseconds", backoff.map { JSONValue($0.wholeMilliseconds) })
        object.append("made", .array(made.map { .string($0) }))
        object.append("paused", pause.map { .string($0.mode.rawValue) })
        object.append("pausedBy", pause.map { .string($0.by) })
        object.append("pausedSince", pause.map { .string($0.since.description) })
        for state in JobState.Name.allCases { object.append(state.rawValue, JSONValue(counts[state] ?? 0)) }
        return object
    }

    package init(_ field: Parameter) throws(ParameterError) {
        self = try field.object { fields throws(ParameterError) in try QueueView(&fields) }
    }

    private init(_ fields: inout ParameterReader) throws(ParameterError) {
        name = try fields.required("name").string()
        workers = try fields.required("workers").integer()
        rate = try fields.optional("rate")?.string()
        timeout = try PolicyCoding.duration(fields.optional("timeoutMilliseconds"), from: 0)
        killAfter = try PolicyCoding.duration(fields.optional("killAfterMilliseconds"), from: 0)
        retries = try fields.optional("retries")?.integer() ?? 0
        backoff = try PolicyCoding.duration(fields.optional("backoffMilliseconds"), from: 0)
        made = try fields.optional("made")?.strings() ?? []
        pause = try Self.pause(&fields)
        var counts: [JobState.Name: Int] = [:]
        for state in JobState.Name.allCases { counts[state] = try fields.required(state.rawValue).integer() }
        self.counts = counts
    }

    private static func pause(_ fields: inout ParameterReader) throws(ParameterError) -> Pause? {
        guard let mode = fields.optional("paused") else { return nil }
        return Pause(
            mode: try mode.choice(), by: try fields.required("pausedBy").string(),
            since: try Timestamp(try fields.required("pausedSince")))
    }

    /// The object in the language of interfaces.
    static let declaration = """
        # A queue: what holds for it, and how many of its jobs are in which state.
        type Queue (
          name: string,
          # How many jobs it runs at a time; 0 where it is no longer configured.
          workers: int,
          # How many it may start per time, as in 10/1min; absent where that has no bound.
          rate: ?string,
          # What holds for jobs that say nothing themselves.
          timeoutMilliseconds: ?int,
          killAfterMilliseconds: ?int,
          retries: int,
          backoffMilliseconds: ?int,
          # The settings that were made while the daemon ran, and win over the configuration's.
          made: []string,
          # Absent where it is not paused; drain (it starts nothing) or freeze (what runs is frozen too).
          paused: ?string,
          pausedBy: ?string,
          pausedSince: ?string,
          blocked: int,
          scheduled: int,
          ready: int,
          held: int,
          running: int,
          succeeded: int,
          failed: int,
          cancelled: int
        )
        """
}
