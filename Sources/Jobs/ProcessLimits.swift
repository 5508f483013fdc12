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

        /// All their names, for messages.
        package static let list = allCases.map(\.rawValue).joined(separator: ", ")
    }

    /// A limit that the process may raise itself, and how far.
    package struct Bound: Hashable, Sendable, CustomStringConvertible {
        /// `UInt64.max` is no limit.
        package let soft: UInt64
        /// `nil` leaves it as it is.
        package let hard: UInt64?

        package static let rule =
            "a number or unlimited, or two of them, soft:hard; times are in seconds and sizes in bytes"

        /// Reads `1024`, `1024:4096`, `unlimited` and `0:unlimited`; one number is for both.
        package init?(_ text: String) {
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map { part in
                part == "unlimited"
                    ? UInt64.max : part.utf8.allSatisfy { (0x30...0x39).contains($0) } ? UInt64(part) : nil
            }
            guard let soft = parts[0], let hard = parts[parts.count - 1], soft <= hard else { return nil }
            self.init(soft: soft, hard: hard)
        }

        package init(soft: UInt64, hard: UInt64? = nil) {
            self.soft = soft
            self.hard = hard
        }

        /// The same for both: it cannot be raised.
        package init(_ both: UInt64) {
            self.init(soft: both, hard: both)
        }

        package var description: String {
            let soft = Self.text(soft)
            guard let hard, hard != self.soft else { return soft }
            return "\(soft):\(Self.text(hard))"
        }

        private static func text(_ number: UInt64) -> String { number == .max ? "unlimited" : "\(number)" }
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
