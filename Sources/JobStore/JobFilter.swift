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
    /// The page ends with the job whose command and environment go beyond so many bytes with those before it.
    package var bytes: Int

    package init(before: JobID? = nil, limit: Int, bytes: Int = .max) {
        self.before = before
        self.limit = limit
        self.bytes = bytes
    }

    /// The jobs from the front that the page has room for.
    package func cut(_ jobs: some Sequence<Job>) -> [Job] {
        var taken: [Job] = []
        var size = 0
        for job in jobs {
            guard taken.count < limit, size <= bytes else { break }
            taken.append(job)
            size += job.spec.command.size
        }
        return taken
    }
}
