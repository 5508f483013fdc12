import Jobs

/// What the ledger does not change by itself: what the configuration says.
struct LedgerRules: Sendable {
    /// In the order in which they are served.
    let queues: [QueueName]
    /// The capacities of the resources that jobs may need.
    let resources: [String: Int]
    let retention: Retention
    let start: StartRules
    /// Who claims.
    let node: String

    init(_ settings: ServiceSettings, node: String) {
        queues = settings.queues.map(\.name).sorted()
        resources = settings.resources
        retention = settings.retention
        start = settings.start
        self.node = node
    }

    /// How much of a resource may be in use with what a job takes of it.
    func bound(of requirement: Requirement) -> Int {
        if let bound = requirement.bound { return bound }
        guard case .named(let name) = requirement.resource else { return 0 }
        return resources[name] ?? 0
    }
}
