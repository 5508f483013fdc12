package import Jobs
import Varlink

/// What only those are told who ask for a job by its number: it costs more than the rest.
package struct JobDetails: Sendable, Equatable {
    /// The first of those that it waits for or has waited for, by id.
    package let dependencies: [Dependency]
    /// All of them.
    package let dependencyCount: Int
    /// The newest steps of its life, oldest first.
    package let history: [TransitionView]
    /// All of them, or so many as were counted: see `longestRead`.
    package let historyCount: Int

    /// Of each list no more than so many go to a client.
    package static let longestList = 100

    /// So many attempts and changes are read at most to tell a job's life: one that is retried for years has more.
    package static let longestRead = 1_000

    /// - Parameters:
    ///   - dependencies: all, or the first.
    ///   - history: all, or the newest.
    ///   - user: the name of a user by number.
    package init(dependencies: [Dependency], history: [Transition], user: (UInt32) -> String) {
        self.dependencies = Array(dependencies.prefix(Self.longestList))
        dependencyCount = dependencies.count
        self.history = history.suffix(Self.longestList).map { TransitionView($0, user: user) }
        historyCount = history.count
    }

    func append(to object: inout JSONObject) {
        let dependencies = dependencies.map { dependency -> JSONValue in
            ["id": .integer(dependency.on.rawValue), "condition": .string(dependency.condition.rawValue)]
        }
        object.append("dependencies", .array(dependencies))
        object.append("dependencyCount", JSONValue(dependencyCount))
        object.append("history", .array(history.map { .object($0.json) }))
        object.append("historyCount", JSONValue(historyCount))
    }

    /// Reads them where they are there.
    init?(_ fields: inout ParameterReader) throws(ParameterError) {
        guard let history = fields.optional("history") else { return nil }
        self.history = try history.array { step throws(ParameterError) in try TransitionView(step) }
        historyCount = try fields.optional("historyCount")?.integer() ?? self.history.count
        dependencies =
            try fields.optional("dependencies")?.array { dependency throws(ParameterError) in
                try dependency.object { fields throws(ParameterError) in
                    Dependency(
                        on: try IDsCoding.id(try fields.required("id")),
                        condition: try fields.required("condition").choice())
                }
            } ?? []
        dependencyCount = try fields.optional("dependencyCount")?.integer() ?? dependencies.count
    }
}
