import JobStore
import Jobs

/// The part of a spec that says how its program is started, as entries of `SQLiteSpecOptions`.
enum SQLiteStartOptions {
    static func append(_ spec: JobSpec, to entries: inout [String]) {
        let surroundings = spec.surroundings
        if surroundings.fileMask != Surroundings().fileMask { entries.append("umask=\(surroundings.fileMask)") }
        if let nice = surroundings.nice { entries.append("nice=\(nice)") }
        if let priority = surroundings.ioPriority { entries.append("io_priority=\(priority)") }
        for (resource, bound) in surroundings.limits.ordered {
            entries.append("rlimit=\(resource.rawValue) \(bound.soft)\(bound.hard.map { " \($0)" } ?? "")")
        }
        switch surroundings.input {
        case .nothing: break
        case .attached(let length, let fingerprint): entries.append("input=\(length) \(fingerprint)")
        case .file(let path): entries.append("input_file=\(path)")
        }
        for name in spec.resources.names { entries.append("\(name.rawValue)=\(spec.resources[name] ?? 0)") }
        if let signal = spec.killSignal { entries.append("kill_signal=\(signal.rawValue)") }
        if let isolation = spec.isolation { entries.append("isolation=\(isolation.rawValue)") }
        for property in spec.properties { entries.append("property=\(property)") }
        for (name, fingerprint) in spec.secrets.sorted(by: { $0.key < $1.key }) {
            entries.append("secret=\(fingerprint) \(name)")
        }
    }

    /// Adds what `append` wrote.
    ///
    /// - Returns: false for an entry that is none of these.
    static func read(_ name: String, _ value: String, into spec: inout JobSpec) throws(JobStoreError) -> Bool {
        switch name {
        case "umask": spec.surroundings.fileMask = try SQLiteSpecOptions.number(value)
        case "nice": spec.surroundings.nice = try SQLiteSpecOptions.number(value) as Int
        case "io_priority": spec.surroundings.ioPriority = try known(IOPriority(value), value)
        case "rlimit": try readLimit(value, into: &spec.surroundings.limits)
        case "input":
            let parts = try SQLiteSpecOptions.twoParts(value)
            spec.surroundings.input = .attached(
                length: try SQLiteSpecOptions.number(parts.first), try known(Fingerprint(parts.rest), value))
        case "input_file": spec.surroundings.input = .file(value)
        case "kill_signal":
            spec.killSignal = try known(SignalNumber(rawValue: SQLiteSpecOptions.number(value)), value)
        case "isolation": spec.isolation = try SQLiteSpecOptions.word(value) as Isolation
        case "property": spec.properties.append(try known(UnitProperty(value), value))
        case "secret":
            let parts = try SQLiteSpecOptions.twoParts(value)
            spec.secrets[try known(SecretName(parts.rest), value)] = try known(Fingerprint(parts.first), value)
        default:
            guard let resource = ResourceLimits.Name(rawValue: name) else { return false }
            spec.resources[resource] = try SQLiteSpecOptions.number(value) as Int64
        }
        return true
    }

    private static func readLimit(_ text: String, into limits: inout ProcessLimits) throws(JobStoreError) {
        let parts = text.split(separator: " ")
        guard (2...3).contains(parts.count), let resource = ProcessLimits.Resource(rawValue: String(parts[0])) else {
            throw .damaged("an unknown option (\(text))")
        }
        limits.bounds[resource] = ProcessLimits.Bound(
            soft: try SQLiteSpecOptions.number(parts[1]),
            hard: parts.count == 3 ? try SQLiteSpecOptions.number(parts[2]) as UInt64 : nil)
    }

    private static func known<Value>(_ value: Value?, _ text: String) throws(JobStoreError) -> Value {
        guard let value else { throw .damaged("an unknown option (\(text))") }
        return value
    }
}
