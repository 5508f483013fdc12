package import Jobs
package import Varlink

/// An attempt as clients see it: the object `Attempt` of the interface.
package struct AttemptView: Sendable, Equatable {
    package let number: Int
    package let node: String
    package let claimed: Timestamp
    package let ended: Timestamp?
    /// The outcome's word; `nil` while it runs.
    package let outcome: String?
    package let exitCode: Int?
    package let signal: String?
    package let reason: String?
    /// The word for the step of starting that failed.
    package let step: String?
    package let errno: Int?
    package let cost: Cost?

    /// How long it ran, or has run until `now`.
    ///
    /// Measured where it ran if that is known: then no clock that somebody set counts.
    package func duration(until now: Timestamp) -> Duration { cost?.wallTime ?? ((ended ?? now) - claimed) }

    package init(_ attempt: Attempt) {
        let words = attempt.end.map { OutcomeWords($0.outcome) }
        number = attempt.number
        node = attempt.node
        claimed = attempt.claimed
        ended = attempt.end?.at
        outcome = words?.kind
        exitCode = words?.exitCode
        signal = words?.signal
        reason = words?.reason
        step = words?.step.map { "\($0)" }
        errno = words?.errno
        cost = attempt.end?.cost
    }

    package var json: JSONObject {
        var object: JSONObject = [
            "number": JSONValue(number), "node": .string(node), "claimed": .string(claimed.description),
        ]
        object.append("ended", ended.map { .string($0.description) })
        object.append("outcome", outcome.map { .string($0) })
        object.append("exitCode", exitCode.map { JSONValue($0) })
        object.append("signal", signal.map { .string($0) })
        object.append("reason", reason.map { .string($0) })
        object.append("step", step.map { .string($0) })
        object.append("errno", errno.map { JSONValue($0) })
        if let cost { CostCoding.append(cost, to: &object) }
        return object
    }

    package init(_ field: Parameter) throws(ParameterError) {
        self = try field.object { fields throws(ParameterError) in try AttemptView(&fields) }
    }

    private init(_ fields: inout ParameterReader) throws(ParameterError) {
        number = try fields.required("number").integer()
        node = try fields.required("node").string()
        claimed = try Timestamp(try fields.required("claimed"))
        ended = try fields.optional("ended").map { time throws(ParameterError) in try Timestamp(time) }
        outcome = try fields.optional("outcome")?.string()
        exitCode = try fields.optional("exitCode")?.integer()
        signal = try fields.optional("signal")?.string()
        reason = try fields.optional("reason")?.string()
        step = try fields.optional("step")?.string()
        errno = try fields.optional("errno")?.integer()
        cost = try CostCoding.cost(&fields)
    }
}
