package import Jobs
package import Varlink

/// A queue as clients see it: the object `Queue` of the interface.
package struct QueueView: Sendable, Equatable {
    package let name: String
    package let workers: Int
    package let timeout: Duration?
    /// How many jobs are in which state.
    package let counts: [JobState.Name: Int]

    package init(name: String, workers: Int, timeout: Duration?, counts: [JobState.Name: Int]) {
        self.name = name
        self.workers = workers
        self.timeout = timeout
        self.counts = counts
    }

    package var json: JSONObject {
        var object: JSONObject = ["name": .string(name), "workers": JSONValue(workers)]
        object.append("timeoutMilliseconds", timeout.map { JSONValue($0.wholeMilliseconds) })
        for state in JobState.Name.allCases { object.append(state.rawValue, JSONValue(counts[state] ?? 0)) }
        return object
    }

    package init(_ field: Parameter) throws(ParameterError) {
        self = try field.object { fields throws(ParameterError) in
            var counts: [JobState.Name: Int] = [:]
            for state in JobState.Name.allCases { counts[state] = try fields.required(state.rawValue).integer() }
            return QueueView(
                name: try fields.required("name").string(), workers: try fields.required("workers").integer(),
                timeout: try fields.optional("timeoutMilliseconds").map { field throws(ParameterError) in
                    .milliseconds(try field.integer())
                }, counts: counts)
        }
    }
}
