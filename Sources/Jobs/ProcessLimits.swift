/// Limits of each single process of a job (setrlimit(2)).
///
/// They are no limits of the job: it may have many processes. Those that the kernel ignores are not here.
package struct ProcessLimits: Hashable, Sendable {
    /// What is limited, by the names that shells and `limits.conf` use.
    package enum Resource: String, Hashable, Sendable, CaseIterable {
        /// Seconds of CPU time.
        case cpuTime = "cpu"
        /// Bytes of a file that it writes.
        case fileSize = "fsize"
        /// Bytes of its data.
        case data
        /// Bytes of its stack.
        case stack
        /// Bytes of its core dump.
        case core
        /// Processes and threads of its *user*, those outside the job among them.
        case processes = "nproc"
        /// Open files: one more than the highest number.
        case openFiles = "nofile"
        /// Bytes that it may lock in memory.
        case lockedMemory = "memlock"
        /// Bytes of its address space.
        case addressSpace = "as"
        /// Signals that wait for its user's processes.
        case pendingSignals = "sigpending"
        /// Bytes of its user's message queues.
        case messageQueues = "msgqueue"
    }

    /// A limit that the process may raise itself, and how far.
    package struct Bound: Hashable, Sendable {
        /// `UInt64.max` is no limit.
        package let soft: UInt64
        /// `nil` leaves it as it is.
        package let hard: UInt64?

        package init(soft: UInt64, hard: UInt64? = nil) {
            self.soft = soft
            self.hard = hard
        }

        /// The same for both: it cannot be raised.
        package init(_ both: UInt64) {
            self.init(soft: both, hard: both)
        }
    }

    package var bounds: [Resource: Bound]

    package init(_ bounds: [Resource: Bound] = [:]) {
        self.bounds = bounds
    }

    /// The bounds in a fixed order.
    package var ordered: [(resource: Resource, bound: Bound)] {
        Resource.allCases.compactMap { resource in bounds[resource].map { (resource, $0) } }
    }
}
