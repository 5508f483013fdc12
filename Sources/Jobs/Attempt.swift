/// Names one attempt of one job.
package struct AttemptID: Hashable, Sendable, CustomStringConvertible {
    package let job: JobID
    /// Counted from 1.
    package let number: Int

    package init(job: JobID, number: Int) {
        self.job = job
        self.number = number
    }

    package var description: String { "\(job).\(number)" }
}

/// One run of a job, as it is recorded.
package struct Attempt: Hashable, Sendable {
    package let number: Int
    /// The daemon that claimed it.
    package let node: String
    package let claimed: Timestamp
    /// `nil` while it runs.
    package var end: AttemptEnd?
    /// The state that the job was in when it had ended; `nil` while it runs.
    package var next: JobState.Name?

    package init(
        number: Int, node: String, claimed: Timestamp, end: AttemptEnd? = nil, next: JobState.Name? = nil
    ) {
        self.number = number
        self.node = node
        self.claimed = claimed
        self.end = end
        self.next = next
    }
}

/// How an attempt ended, when, and what it cost.
package struct AttemptEnd: Hashable, Sendable {
    package let outcome: Outcome
    package let at: Timestamp
    package let cost: Cost?

    package init(outcome: Outcome, at: Timestamp, cost: Cost? = nil) {
        self.outcome = outcome
        self.at = at
        self.cost = cost
    }
}

/// What an attempt used.
package struct Cost: Hashable, Sendable {
    package let userTime: Duration
    package let systemTime: Duration
    /// The largest resident set of any one of its processes, in bytes.
    ///
    /// `nil` where it cannot be told: the kernel counts the memory of the process that starts another to the other's
    /// maximum, so a small job's own is not seen.
    package var maxResident: Int64?
    /// The most memory that the whole attempt used at a time, in bytes; `nil` where its cgroup does not count it.
    package var peakMemory: Int64?
    /// Pages that came from memory, and from a disk.
    package var minorFaults: Int64?
    package var majorFaults: Int64?
    /// Bytes that it read from disks and wrote to them; what a cache answered is not among them.
    package var readBytes: Int64?
    package var writtenBytes: Int64?
    /// From the moment when its program ran to its end.
    package var wallTime: Duration?
    /// From the moment when the job could start to the one when its program ran.
    package var startLatency: Duration?

    package init(
        userTime: Duration, systemTime: Duration, maxResident: Int64? = nil, peakMemory: Int64? = nil,
        minorFaults: Int64? = nil, majorFaults: Int64? = nil, readBytes: Int64? = nil, writtenBytes: Int64? = nil,
        wallTime: Duration? = nil, startLatency: Duration? = nil
    ) {
        self.userTime = userTime
        self.systemTime = systemTime
        self.maxResident = maxResident
        self.peakMemory = peakMemory
        self.minorFaults = minorFaults
        self.majorFaults = majorFaults
        self.readBytes = readBytes
        self.writtenBytes = writtenBytes
        self.wallTime = wallTime
        self.startLatency = startLatency
    }
}
