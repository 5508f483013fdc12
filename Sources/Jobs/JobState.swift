/// Where a job stands.
package enum JobState: Hashable, Sendable {
    /// Waits for other jobs; may not start before the time, where there is one.
    case blocked(notBefore: Timestamp?)
    /// Waits for a time.
    case scheduled(until: Timestamp)
    /// Could run since then; waits for a worker, or for the resource that it lacks.
    case ready(since: Timestamp, lacks: Resource? = nil)
    /// Somebody said that it should not start yet; may not start before the time, where there is one.
    case held(notBefore: Timestamp?)
    /// A worker has claimed it or runs it: the number of the attempt, and whether it is to be stopped for good.
    case running(attempt: Int, isStopping: Bool = false)
    /// The last attempt ended well.
    case succeeded
    /// It did not succeed, and will not be tried again.
    case failed(Failure)
    /// Somebody asked that it should not run, or not run on.
    case cancelled

    /// A state without its details: the word that people and programs see.
    package enum Name: String, CaseIterable, Sendable, Comparable {
        case blocked, scheduled, ready, held, running, succeeded, failed, cancelled

        /// Whether a job in this state will never run again by itself.
        package var isFinal: Bool {
            switch self {
            case .blocked, .scheduled, .ready, .held, .running: false
            case .succeeded, .failed, .cancelled: true
            }
        }

        /// Whether a job in this state has yet to be started, or started again.
        package var isWaiting: Bool { !isFinal && self != .running }

        /// In the order of a job's life.
        package static func < (left: Name, right: Name) -> Bool { left.position < right.position }

        private var position: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    package var name: Name {
        switch self {
        case .blocked: .blocked
        case .scheduled: .scheduled
        case .ready: .ready
        case .held: .held
        case .running: .running
        case .succeeded: .succeeded
        case .failed: .failed
        case .cancelled: .cancelled
        }
    }

    package var isFinal: Bool { name.isFinal }
}

/// Why a job failed.
package enum Failure: Hashable, Sendable {
    /// Its last attempt ended so.
    case attempt(Outcome)
    /// That job ended in a way in which this one cannot run any more.
    case dependency(JobID)
    /// It waited longer for its first start than it may.
    case expired
    /// So many attempts in a row took the daemon or the machine with them that it is set aside.
    case poison
}
