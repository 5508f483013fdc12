/// What the service runs by: what the configuration says.
package struct ServiceSettings: Hashable, Sendable {
    /// At least one; each name once.
    package var queues: [QueueSettings]
    /// The capacities of the resources that jobs may need, by name.
    package var resources: [String: Int]
    package var retention: Retention
    package var start: StartRules

    package init(
        queues: [QueueSettings], resources: [String: Int] = [:], retention: Retention = .default,
        start: StartRules = StartRules()
    ) {
        self.queues = queues
        self.resources = resources
        self.retention = retention
        self.start = start
    }
}
