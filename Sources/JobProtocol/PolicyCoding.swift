import Jobs
import Varlink

/// The part of a spec that says when a job starts, what follows a failure, and beside which others it may run.
enum PolicyCoding {
    /// Says what differs from a job of which nothing was said.
    static func append(_ spec: JobSpec, to object: inout JSONObject) {
        switch spec.start {
        case .after(let delay): object.append("delayMilliseconds", JSONValue(delay.wholeMilliseconds))
        case .at(let time): object.append("at", .string(time.description))
        case nil: break
        }
        object.append("expiresMilliseconds", spec.expires.map { JSONValue($0.wholeMilliseconds) })
        object.append("timeoutMilliseconds", spec.timeout.map { JSONValue($0.wholeMilliseconds) })
        object.append("killAfterMilliseconds", spec.killAfter.map { JSONValue($0.wholeMilliseconds) })
        append(spec.retry, to: &object)
        if spec.isHeld { object.append("hold", true) }
        object.append("key", spec.key.map { .string($0.text) })
        object.append("onKeyConflict", spec.key.map { .string($0.onConflict.rawValue) })
        if spec.slots != 1 { object.append("slots", JSONValue(spec.slots)) }
        if !spec.needs.isEmpty { object.append("needs", amounts(spec.needs)) }
        if !spec.limits.isEmpty { object.append("limits", amounts(spec.limits)) }
        StartCoding.append(spec, to: &object)
    }

    private static func append(_ retry: RetryRequest, to object: inout JSONObject) {
        object.append("retries", retry.retries.map { JSONValue($0) })
        object.append("backoffMilliseconds", retry.backoff.map { JSONValue($0.wholeMilliseconds) })
        if !retry.exitCodes.isEmpty { object.append("retryOn", codes(retry.exitCodes)) }
        if !retry.successCodes.isEmpty { object.append("successCodes", codes(retry.successCodes)) }
        object.append("onInterrupt", retry.onInterrupt.map { .string($0.rawValue) })
    }

    private static func codes(_ codes: Set<Int32>) -> JSONValue { .array(codes.sorted().map { .integer(Int64($0)) }) }

    /// Amounts by name, in the order of the names.
    static func amounts(_ amounts: [String: Int]) -> JSONValue {
        var object = JSONObject()
        for (name, amount) in amounts.sorted(by: { $0.key < $1.key }) { object.append(name, JSONValue(amount)) }
        return .object(object)
    }

    static func read(_ fields: inout ParameterReader, into spec: inout JobSpec) throws(ParameterError) {
        spec.start = try start(at: fields.optional("at"), delay: fields.optional("delayMilliseconds"))
        spec.expires = try duration(fields.optional("expiresMilliseconds"), from: 1)
        spec.timeout = try duration(fields.optional("timeoutMilliseconds"), from: 1)
        spec.killAfter = try duration(
            fields.optional("killAfterMilliseconds"), from: 0, to: Limits.longestKillAfter)
        spec.retry = RetryRequest(
            retries: try fields.optional("retries")?.integer(in: Limits.retries),
            backoff: try duration(fields.optional("backoffMilliseconds"), from: 0),
            exitCodes: try codes(fields.optional("retryOn")), successCodes: try codes(fields.optional("successCodes")),
            onInterrupt: try fields.optional("onInterrupt")?.choice())
        spec.isHeld = try fields.optional("hold")?.bool() ?? false
        spec.key = try key(fields.optional("key"), onConflict: fields.optional("onKeyConflict"))
        spec.slots = try fields.optional("slots")?.integer(in: Limits.workersPerQueue) ?? 1
        spec.needs = try amounts(fields.optional("needs"))
        spec.limits = try amounts(fields.optional("limits"))
        try StartCoding.read(&fields, into: &spec)
    }

    /// The earliest start, which is either a time or a delay.
    static func start(at: Parameter?, delay: Parameter?) throws(ParameterError) -> StartTime? {
        if let at {
            if let delay { throw delay.error("must not be there together with at: a job starts at one time") }
            return .at(try TimeCoding.instant(at))
        }
        return try duration(delay, from: 0).map { .after($0) }
    }

    static func duration(
        _ field: Parameter?, from least: Int, to longest: Duration = Limits.longestDuration
    ) throws(ParameterError) -> Duration? {
        guard let field else { return nil }
        return .milliseconds(try field.integer(in: least...longest.wholeMilliseconds))
    }

    private static func codes(_ field: Parameter?) throws(ParameterError) -> Set<Int32> {
        guard let field else { return [] }
        let bounds = Int(Limits.exitCodes.lowerBound)...Int(Limits.exitCodes.upperBound)
        return Set(try field.array { code throws(ParameterError) in Int32(try code.integer(in: bounds)) })
    }

    private static func key(
        _ field: Parameter?, onConflict: Parameter?
    ) throws(ParameterError) -> UniqueKey? {
        guard let field else {
            if let onConflict { throw onConflict.error("must not be there without key") }
            return nil
        }
        return UniqueKey(
            try SpecCoding.text(field, atMost: Limits.keyLength), onConflict: try onConflict?.choice() ?? .existing)
    }

    private static func amounts(_ field: Parameter?) throws(ParameterError) -> [String: Int] {
        guard let field else { return [:] }
        let amounts = try field.map { amount throws(ParameterError) in try amount.integer(in: Limits.resourceAmount) }
        guard amounts.count <= Limits.requirementsPerJob else {
            throw field.error("must not hold more than \(Limits.requirementsPerJob)")
        }
        guard amounts.keys.allSatisfy({ (1...Limits.keyLength).contains($0.utf8.count) && !$0.utf8.contains(0) }) else {
            throw field.error(
                "must hold names of 1 to \(Limits.keyLength) bytes, without the character U+0000")
        }
        return amounts
    }
}

extension Duration {
    /// Milliseconds, what is less than one cut off.
    package var wholeMilliseconds: Int {
        Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }
}
