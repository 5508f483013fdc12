/// Where a job stands.
package enum JobState: Hashable, Sendable {
    /// Waits for a time.
    case scheduled(until: Timestamp)
    /// Could run since then; waits for a worker.
    case ready(since: Timestamp)
    /// A worker has claimed it or runs it: the number of the attempt.
    case running(attempt: Int)
    /// The last attempt ended well.
    case succeeded
    /// The last attempt ended otherwise, and there is no further one.
    case failed(Outcome)
    /// Somebody asked that it should not run, or not run on.
    case cancelled

    /// A state without its details: the word that people and programs see.
    package enum Name: String, CaseIterable, Sendable, Comparable {
        case scheduled, ready, running, succeeded, failed, cancelled

        /// Whether a job in this state will never run again by itself.
        package var isFinal: Bool {
            switch self {
            case .scheduled, .ready, .running: false
            case .succeeded, .failed, .cancelled: true
            }
        }

        /// In the order of a job's life.
        package static func < (left: Name, right: Name) -> Bool { left.position < right.position }

        private var position: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    package var name: Name {
        switch self {
        case .scheduled: .scheduled
        case .ready: .ready
        case .running: .running
        case .succeeded: .succeeded
        case .failed: .failed
        case .cancelled: .cancelled
        }
    }

    package var isFinal: Bool { name.isFinal }
}
