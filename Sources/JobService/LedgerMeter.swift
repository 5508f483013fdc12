import JobRunner
package import Jobs
import Threading

/// What has happened since the daemon started, counted.
package struct ServiceTotals: Sendable {
    /// Of one queue.
    package struct Queue: Sendable {
        package var submitted: UInt64 = 0
        package var started: UInt64 = 0
        package var succeeded: UInt64 = 0
        package var failed: UInt64 = 0
        package var cancelled: UInt64 = 0
        /// Attempts that failed where the job runs again.
        package var retried: UInt64 = 0
        /// Attempts whose end nobody saw.
        package var lost: UInt64 = 0
        /// From the moment when a job could start to the one when its program ran.
        package var startLatency = Histogram()
        /// Of attempts, from the moment when the program ran to its end.
        package var duration = Histogram()

        package init() {}
    }

    /// Those of which something is counted.
    package var queues: [QueueName: Queue] = [:]
    /// How long commits took.
    package var commits = Histogram()

    package init() {}
}

/// Counts what each transaction brought, on the ledger's thread, after all answers are given.
final class LedgerMeter: Sendable {
    private let current = Monitor(ServiceTotals())

    var totals: ServiceTotals { current.withLock { $0 } }

    /// - Parameter duration: what the commit took; `nil` where that says nothing.
    func count(_ effects: LedgerEffects, duration: Duration?) {
        // One lock for the whole transaction, which nobody else takes but who reads the totals.
        current.withLock { totals in
            if let duration { totals.commits.record(duration) }
            for (_, results) in effects.submits {
                for case .success(let receipt) in results where receipt.existing == nil {
                    totals.queues[receipt.queue, default: .init()].submitted += 1
                }
            }
            for claim in effects.claims { totals.queues[claim.order.queue, default: .init()].started += 1 }
            for (job, _, end) in effects.failedAttempts {
                totals.queues[job.shared.spec.queue, default: .init()].retried += 1
                Self.count(end, in: &totals.queues[job.shared.spec.queue, default: .init()])
            }
            for (job, _, end) in effects.endedJobs {
                Self.count(job.state.name, end, in: &totals.queues[job.shared.spec.queue, default: .init()])
            }
        }
    }

    private static func count(_ state: JobState.Name, _ end: AttemptEnd?, in queue: inout ServiceTotals.Queue) {
        switch state {
        case .succeeded: queue.succeeded += 1
        case .failed: queue.failed += 1
        case .cancelled: queue.cancelled += 1
        case .blocked, .scheduled, .ready, .held, .running: break
        }
        if let end { count(end, in: &queue) }
    }

    private static func count(_ end: AttemptEnd, in queue: inout ServiceTotals.Queue) {
        if case .lost = end.outcome { queue.lost += 1 }
        if let latency = end.cost?.startLatency { queue.startLatency.record(latency) }
        if let time = end.cost?.wallTime { queue.duration.record(time) }
    }
}
