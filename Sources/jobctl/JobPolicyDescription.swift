import JobProtocol
import Jobs
import Varlink

/// What was said of a job beyond its command: only what was said.
struct JobPolicyDescription {
    private let json: JSONObject

    init(_ job: JobView) {
        json = job.json
    }

    var fields: [(key: String, value: String)] {
        [
            ("delay", duration("delayMilliseconds")), ("not before", time("at")),
            ("may wait", duration("expiresMilliseconds")), ("timeout", duration("timeoutMilliseconds")),
            ("kill after", duration("killAfterMilliseconds")), ("retries", retries), ("success", codes("successCodes")),
            ("interrupted", json["onInterrupt"]?.stringValue), ("key", key), ("slots", number("slots")),
            ("needs", amounts("needs") { "\($0)=\($1)" }), ("limits", amounts("limits") { "\($0)=\($1)" }),
        ].compactMap { key, value in value.map { (key, PrintableText.escaped($0)) } }
    }

    private func duration(_ field: String) -> String? {
        json[field]?.integerValue.map { DurationText.text(.milliseconds($0)) }
    }

    private func number(_ field: String) -> String? { json[field]?.integerValue.map { "\($0)" } }

    private func time(_ field: String) -> String? {
        json[field]?.stringValue.flatMap(RFC3339Time.init).map { TimeText.instant($0.instant) }
    }

    private func codes(_ field: String) -> String? {
        guard let codes = json[field]?.arrayValue?.compactMap(\.integerValue), !codes.isEmpty else { return nil }
        return "exit codes 0, " + codes.filter { $0 != 0 }.map { "\($0)" }.joined(separator: ", ")
    }

    private var retries: String? {
        let parts = [
            number("retries"), duration("backoffMilliseconds").map { "backoff \($0)" },
            json["retryOn"]?.arrayValue.map { codes in
                "on exit codes " + codes.compactMap { $0.integerValue.map { "\($0)" } }.joined(separator: ", ")
            },
        ].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    private var key: String? {
        json["key"]?.stringValue.map { key in
            let conflict = json["onKeyConflict"]?.stringValue ?? ""
            return conflict == UniqueKey.Conflict.existing.rawValue ? key : "\(key) (\(conflict))"
        }
    }

    private func amounts(_ field: String, _ text: (String, Int64) -> String) -> String? {
        json[field]?.objectValue?.members.map { text($0.name, $0.value.integerValue ?? 0) }.joined(separator: ", ")
    }
}
