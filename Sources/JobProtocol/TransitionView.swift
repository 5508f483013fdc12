package import Jobs
package import Varlink

/// A step of a job's life as clients see it: the object `Transition` of the interface.
package struct TransitionView: Sendable, Equatable {
    package let at: Timestamp
    /// A user's name, or `jobd`.
    package let by: String
    /// A word for programs.
    package let event: String
    /// What the word does not say, for people.
    package let detail: String?
    /// The attempt that it is about.
    package let attempt: Int?
    /// The other job that it is about.
    package let job: JobID?
    /// The state afterwards.
    package let state: JobState.Name

    /// - Parameter user: the name of a user by number.
    package init(_ transition: Transition, user: (UInt32) -> String) {
        at = transition.at
        by =
            switch transition.by {
            case .daemon: "jobd"
            case .user(let number): user(number)
            }
        state = transition.state
        let words = Self.words(transition.cause, state: transition.state)
        (event, detail, attempt, job) = (words.event, words.detail, words.attempt, words.job)
    }

    private typealias Words = (event: String, detail: String?, attempt: Int?, job: JobID?)

    private static func words(_ cause: Transition.Cause, state: JobState.Name) -> Words {
        switch cause {
        case .submitted: ("submitted", nil, nil, nil)
        case .claimed(let attempt): ("started", "attempt \(attempt)", attempt, nil)
        case .ended(let attempt, let outcome):
            ("ended", "attempt \(attempt)" + (OutcomeWords(outcome).reason.map { ": \($0)" } ?? ""), attempt, nil)
        case .changed(let cause): words(cause, state: state)
        }
    }

    private static func words(_ cause: Change.Cause, state: JobState.Name) -> Words {
        switch cause {
        case .due: ("due", "its time has come", nil, nil)
        case .dependenciesMet: ("dependenciesMet", "the last job that it waited for has ended", nil, nil)
        case .dependencyFailed(let job):
            ("dependencyFailed", "job \(job) did not end as it must for this one", nil, job)
        case .expired: ("expired", "it waited longer for its first start than it may", nil, nil)
        case .held: ("held", nil, nil, nil)
        case .released: ("released", nil, nil, nil)
        // Of a running job: its attempt is stopped now, and its end is a step of its own.
        case .cancelled where state == .running: ("cancelRequested", "its attempt is stopped", nil, nil)
        case .cancelled: ("cancelled", nil, nil, nil)
        case .replaced(let job): ("replaced", "by job \(job), which has the same key", nil, job)
        case .retried: ("retried", nil, nil, nil)
        case .edited(let fields): ("edited", fields, nil, nil)
        case .signalled(let signal): ("signalled", "\(signal)", nil, nil)
        case .frozen: ("paused", nil, nil, nil)
        case .thawed: ("resumed", nil, nil, nil)
        }
    }

    package var json: JSONObject {
        var object: JSONObject = [
            "at": .string(at.description), "by": .string(by), "event": .string(event),
        ]
        object.append("detail", detail.map { .string($0) })
        object.append("attempt", attempt.map { JSONValue($0) })
        object.append("job", job.map { .integer($0.rawValue) })
        object.append("state", .string(state.rawValue))
        return object
    }

    package init(_ field: Parameter) throws(ParameterError) {
        self = try field.object { fields throws(ParameterError) in try TransitionView(&fields) }
    }

    private init(_ fields: inout ParameterReader) throws(ParameterError) {
        at = try Timestamp(try fields.required("at"))
        by = try fields.required("by").string()
        event = try fields.required("event").string()
        detail = try fields.optional("detail")?.string()
        attempt = try fields.optional("attempt")?.integer()
        job = try fields.optional("job").map { id throws(ParameterError) in try IDsCoding.id(id) }
        state = try fields.required("state").choice()
    }
}
