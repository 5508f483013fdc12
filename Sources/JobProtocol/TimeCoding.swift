import Jobs
import Varlink

/// Times in parameters: RFC 3339.
enum TimeCoding {
    /// What a time may look like, for messages.
    static let rule =
        "an RFC 3339 time like \"2026-12-24T18:00:00+01:00\", with a day that exists, from 1678 to 2262-04-11"

    /// Reads a time with any offset from UTC, as people and programs give it.
    static func instant(_ field: Parameter) throws(ParameterError) -> Timestamp {
        guard let time = RFC3339Time(try field.string()) else { throw field.error("must be \(rule)") }
        return time.instant
    }
}

extension Timestamp {
    /// Reads a time as the daemon writes it: in UTC.
    init(_ field: Parameter) throws(ParameterError) {
        guard let time = Timestamp(try field.string()) else { throw field.error("must be an RFC 3339 time in UTC") }
        self = time
    }

    /// Reads a time that may be absent.
    init?(_ field: Parameter?) throws(ParameterError) {
        guard let field else { return nil }
        try self.init(field)
    }
}
