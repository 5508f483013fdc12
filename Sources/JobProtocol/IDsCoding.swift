import Jobs
import Varlink

/// Lists of job ids in parameters.
enum IDsCoding {
    static func value(_ ids: [JobID]) -> JSONValue { .array(ids.map { .integer($0.rawValue) }) }

    static func ids(_ field: Parameter) throws(ParameterError) -> [JobID] {
        let ids = try field.array { id throws(ParameterError) in try self.id(id) }
        guard (1...Limits.idsPerCall).contains(ids.count) else {
            throw field.error("must hold from 1 to \(Limits.idsPerCall) ids")
        }
        return ids
    }

    static func id(_ field: Parameter) throws(ParameterError) -> JobID {
        JobID(rawValue: Int64(try field.integer(in: 1...Int.max)))
    }
}
