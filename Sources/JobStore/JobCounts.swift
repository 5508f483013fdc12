package import Jobs

/// How many jobs are in which state, per queue.
///
/// Queues without jobs are absent.
package struct JobCounts: Hashable, Sendable {
    package private(set) var queues: [QueueName: [JobState.Name: Int]] = [:]

    package init() {}

    /// The number in a queue and state.
    package subscript(queue: QueueName, state: JobState.Name) -> Int {
        get { queues[queue]?[state] ?? 0 }
        set {
            queues[queue, default: [:]][state] = newValue == 0 ? nil : newValue
            if queues[queue]?.isEmpty == true { queues[queue] = nil }
        }
    }
}
