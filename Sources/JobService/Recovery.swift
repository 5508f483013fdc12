import JobRunner
package import JobStore
import Jobs
package import Kernel

/// What a start does first: nothing of an earlier daemon may run on, and what it ran is lost.
struct Recovery {
    let store: any JobStore
    let containment: any Containment
    let now: Timestamp

    /// How long killed processes may take to be gone.
    private static let patience = Duration.seconds(30)

    /// Ends old attempts, proves them gone, and records them as lost.
    ///
    /// - Returns: the jobs whose attempt was lost.
    func run() throws(RecoveryError) -> [Job] {
        do {
            let running = try store.write { transaction throws(JobStoreError) in try transaction.runningJobs() }
            guard !running.isEmpty else { return [] }
            try sweep()
            return try store.write { transaction throws(JobStoreError) in
                var lost: [Job] = []
                for job in running { if let job = try record(job, in: transaction) { lost.append(job) } }
                return lost
            }
        } catch let error as JobStoreError {
            throw .storage(error)
        } catch let error as RecoveryError {
            throw error
        } catch {
            preconditionFailure("recovery throws its own errors and the store's only: \(error)")
        }
    }

    private func sweep() throws(RecoveryError) {
        do {
            guard try containment.sweep(until: .now + Self.patience) else { throw RecoveryError.survivors }
        } catch let error as SystemError {
            throw .containment(error)
        } catch {
            throw .survivors
        }
    }

    private func record(_ job: Job, in transaction: any JobTransaction) throws(JobStoreError) -> Job? {
        guard case .running(let attempt) = job.state else { return nil }
        var machine = JobStateMachine(state: job.state, attempts: job.attempts)
        guard (try? machine.apply(.ended(attempt: attempt, .lost))) != nil else { return nil }
        var changed = job
        changed.state = machine.state
        changed.ended = now
        try transaction.update(changed)
        try transaction.end(AttemptID(job: job.id, number: attempt), AttemptEnd(outcome: .lost, at: now))
        return changed
    }
}

/// Why the service cannot start.
package enum RecoveryError: Error, CustomStringConvertible {
    case storage(JobStoreError)
    case containment(SystemError)
    /// Processes of old attempts are still there: starting anything now could run a job twice.
    case survivors

    package var description: String {
        switch self {
        case .storage(let error): "\(error)"
        case .containment(let error): "the processes of old attempts could not be ended: \(error)"
        case .survivors:
            "processes of old attempts are still there, long after they were killed; nothing is started beside them"
        }
    }
}
