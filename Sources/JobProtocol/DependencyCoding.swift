import Jobs
import Varlink

/// What a job waits for, in the words of the protocol: a list of ids for each way in which the others must end.
enum DependencyCoding {
    private static let fields: [(name: String, condition: Dependency.Condition)] = [
        ("after", .succeeded), ("afterAny", .ended), ("afterFail", .failed),
    ]

    static func append(_ dependencies: [Dependency], to object: inout JSONObject) {
        for (name, condition) in fields {
            let ids = dependencies.filter { $0.condition == condition }.map(\.on)
            if !ids.isEmpty { object.append(name, IDsCoding.value(ids)) }
        }
    }

    static func read(_ reader: inout ParameterReader) throws(ParameterError) -> [Dependency] {
        var dependencies: [Dependency] = []
        var seen: Set<JobID> = []
        for (name, condition) in fields {
            guard let field = reader.optional(name) else { continue }
            dependencies += try field.array { id throws(ParameterError) in
                let dependency = Dependency(on: try IDsCoding.id(id), condition: condition)
                guard seen.insert(dependency.on).inserted else {
                    throw id.error("names job \(dependency.on), which is named already")
                }
                return dependency
            }
            guard dependencies.count <= Limits.dependenciesPerJob else {
                throw field.error("must not name more than \(Limits.dependenciesPerJob) jobs in all")
            }
        }
        return dependencies
    }
}
