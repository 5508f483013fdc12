import Jobs
import Varlink

/// The part of a spec that says how its program is started, and what it may use.
enum StartCoding {
    /// Says what differs from a job of which nothing was said.
    static func append(_ spec: JobSpec, to object: inout JSONObject) {
        let surroundings = spec.surroundings
        if surroundings.fileMask != Surroundings().fileMask {
            object.append("umask", .string(FileMaskText.text(surroundings.fileMask)))
        }
        object.append("nice", surroundings.nice.map { JSONValue($0) })
        object.append("ioPriority", surroundings.ioPriority.map { .string($0.description) })
        if !surroundings.limits.bounds.isEmpty { object.append("processLimits", limits(surroundings.limits)) }
        for name in spec.resources.names { object.append(name.field, spec.resources[name].map { .integer($0) }) }
        object.append("killSignal", spec.killSignal.map { .string($0.description) })
        object.append("isolation", spec.isolation.map { .string($0.rawValue) })
        if !spec.properties.isEmpty {
            object.append("properties", .array(spec.properties.map { .string($0.description) }))
        }
        if case .file(let path) = surroundings.input { object.append("inputFile", .string(path)) }
    }

    /// Says of what is kept apart from the spec that it is there, and no more.
    static func appendAttachments(_ spec: JobSpec, to object: inout JSONObject) {
        if case .attached(let length, _) = spec.surroundings.input { object.append("inputBytes", JSONValue(length)) }
        guard !spec.secrets.isEmpty else { return }
        object.append("secretNames", .array(spec.secrets.keys.sorted().map { .string($0.description) }))
    }

    private static func limits(_ limits: ProcessLimits) -> JSONValue {
        var object = JSONObject()
        for (resource, bound) in limits.ordered { object.append(resource.rawValue, .string(bound.description)) }
        return .object(object)
    }

    static func read(_ fields: inout ParameterReader, into spec: inout JobSpec) throws(ParameterError) {
        if let mask = fields.optional("umask") { spec.surroundings.fileMask = try fileMask(mask) }
        spec.surroundings.nice = try fields.optional("nice")?.integer(in: Surroundings.niceRange)
        spec.surroundings.ioPriority = try parsed(
            fields.optional("ioPriority"), "must be idle, best-effort:0 to best-effort:7, or realtime:0 to realtime:7",
            IOPriority.init)
        spec.surroundings.limits = try limits(fields.optional("processLimits"))
        for name in ResourceLimits.Name.allCases {
            guard let field = fields.optional(name.field) else { continue }
            let range = ResourceLimits.range(of: name)
            spec.resources[name] = Int64(try field.integer(in: Int(range.lowerBound)...Int(range.upperBound)))
        }
        spec.killSignal = try parsed(
            fields.optional("killSignal"), "must be a signal, like INT or SIGUSR1", SignalNumber.init)
        spec.isolation = try fields.optional("isolation")?.choice()
        spec.properties = try properties(fields.optional("properties"))
        if let path = fields.optional("inputFile") { spec.surroundings.input = .file(try inputFile(path)) }
    }

    private static func fileMask(_ field: Parameter) throws(ParameterError) -> UInt32 {
        guard let mask = FileMaskText.mask(try field.string()) else {
            throw field.error("must be \(FileMaskText.rule)")
        }
        return mask
    }

    private static func limits(_ field: Parameter?) throws(ParameterError) -> ProcessLimits {
        guard let field else { return ProcessLimits() }
        var limits = ProcessLimits()
        let bounds = try field.map { bound throws(ParameterError) in
            guard let value = ProcessLimits.Bound(try bound.string()) else {
                throw bound.error("must be \(ProcessLimits.Bound.rule)")
            }
            return value
        }
        for (name, bound) in bounds {
            guard let resource = ProcessLimits.Resource(rawValue: name) else {
                throw field.error("must hold names of limits, which are \(ProcessLimits.Resource.list)")
            }
            limits.bounds[resource] = bound
        }
        return limits
    }

    private static func properties(_ field: Parameter?) throws(ParameterError) -> [UnitProperty] {
        guard let field else { return [] }
        let properties = try field.array { property throws(ParameterError) in
            guard let value = UnitProperty(try property.string()) else {
                throw property.error("must be NAME=VALUE on one line, with the name of a unit's property")
            }
            return value
        }
        guard properties.count <= Limits.propertiesPerJob,
            properties.allSatisfy({ $0.description.utf8.count <= Limits.propertyLength })
        else {
            throw field.error(
                "must not hold more than \(Limits.propertiesPerJob), of \(Limits.propertyLength) bytes each")
        }
        return properties
    }

    private static func inputFile(_ field: Parameter) throws(ParameterError) -> String {
        let path = try field.string()
        guard (1..<Limits.pathLength).contains(path.utf8.count) else {
            throw field.error("must be a path of less than \(Limits.pathLength) bytes")
        }
        return path
    }

    private static func parsed<Value>(
        _ field: Parameter?, _ rule: String, _ read: (String) -> Value?
    ) throws(ParameterError) -> Value? {
        guard let field else { return nil }
        guard let value = read(try field.string()) else { throw field.error(rule) }
        return value
    }
}
