package import Jobs

/// Which jobs to list.
///
/// An empty set means no restriction.
package struct JobFilter: Hashable, Sendable {
    package var states: Set<JobState.Name>
    package var queues: Set<QueueName>
    /// Only jobs of this user; `nil` is everybody's.
    package var user: UInt32?
    package var name: String?

    package init(
        states: Set<JobState.Name> = [], queues: Set<QueueName> = [], user: UInt32? = nil, name: String? = nil
    ) {
        self.states = states
        self.queues = queues
        self.user = user
        self.name = name
    }
}

/// A part of a list, newest job first.
package struct JobPage: Hashable, Sendable {
    /// Only ids below this one; `nil` begins with the newest.
    package var before: JobID?
    package var limit: Int

    package init(before: JobID? = nil, limit: Int) {
        self.before = before
        self.limit = limit
    }
}
