package import JobRunner
package import JobStore
package import Jobs
package import Kernel

/// What a start does first: nothing of an earlier daemon may run on, and what it ran is lost.
package struct Recovery {
    private let store: any JobStore
    private let sweeps: [any AttemptSweep]
    /// Whether an open attempt of such a job may run as a unit that nobody can be asked of.
    private let mayBeBeyondReach: @Sendable (JobSpec) -> Bool
    private let core: LedgerCore
    private let detached: [DetachedRun]
    private let now: () -> Timestamp

    /// How long killed processes may take to be gone.
    private static let patience = Duration.seconds(30)

    /// Attempts whose end is recorded in one transaction.
    private static let attemptsPerTransaction = 1_000

    /// - Parameters:
    ///   - detached: attempts that go on, because this process ran them before it became what it is now.
    ///   - now: the wall clock.
    ///   - mayBeBeyondReach: whether an open attempt of such a job may still run where no sweep reaches it.
    package init(
        store: any JobStore, sweeps: [any AttemptSweep], core: LedgerCore, adopting detached: [DetachedRun] = [],
        now: @escaping () -> Timestamp,
        mayBeBeyondReach: @escaping @Sendable (JobSpec) -> Bool = { _ in false }
    ) {
        self.store = store
        self.sweeps = sweeps
        self.mayBeBeyondReach = mayBeBeyondReach
        self.core = core
        self.detached = detached
        self.now = now
    }

    /// What became of the attempts that the store has as running.
    package struct Result {
        /// The jobs whose attempt was lost, as they are now.
        package var lost: [Job] = []
        /// Those that go on, each with its job.
        var adopted: [(job: Job, run: DetachedRun)] = []
    }

    /// Ends old attempts, proves them gone, and records them as lost.
    ///
    /// - Parameter perform: does what each transaction calls for.
    package func run(perform: (LedgerEffects) -> Void = { _ in }) throws(RecoveryError) -> Result {
        do {
            let running = try store.write { transaction throws(JobStoreError) in try transaction.runningJobs() }
            if let job = running.first(where: { mayBeBeyondReach($0.spec) }) { throw RecoveryError.noManager(job.id) }
            var result = Result()
            var attempts: [AttemptID] = []
            let known = Dictionary(uniqueKeysWithValues: detached.map { ($0.id, $0) })
            for job in running {
                guard let attempt = Self.attempt(of: job) else { continue }
                if let run = known[attempt] { result.adopted.append((job, run)) } else { attempts.append(attempt) }
            }
            // Also where none is left: what an ended one ran in may still be there, and must not be used again.
            try sweep(sparing: result.adopted.map(\.run))
            // Only from here on nothing of them runs.
            let end = now()
            var rest = attempts[...]
            while !rest.isEmpty {
                let part = rest.prefix(Self.attemptsPerTransaction)
                rest = rest.dropFirst(part.count)
                perform(try core.process(part.map { .ended($0, AttemptEnd(outcome: .lost, at: end)) }, at: end))
            }
            result.lost = try attempts.compactMap { attempt throws(JobStoreError) in try store.job(attempt.job) }
            return result
        } catch let error as JobStoreError {
            throw .storage(error)
        } catch let error as RecoveryError {
            throw error
        } catch {
            preconditionFailure("recovery throws its own errors and the store's only: \(error)")
        }
    }

    private static func attempt(of job: Job) -> AttemptID? {
        guard case .running(let number, _) = job.state else { return nil }
        return AttemptID(job: job.id, number: number)
    }

    private func sweep(sparing adopted: [DetachedRun]) throws(RecoveryError) {
        #if WEAKENED
            if Weakness.active == .noSweep { return }
        #endif
        let trees = Dictionary(
            uniqueKeysWithValues: adopted.compactMap { run in run.attempt.map { (run.id, $0.tree) } })
        do {
            for sweep in sweeps {
                guard try sweep.sweep(until: .now + Self.patience, sparing: trees) else {
                    throw RecoveryError.survivors
                }
            }
        } catch let error as SystemError {
            throw .containment(error)
        } catch {
            throw .survivors
        }
    }
}

/// Why the service cannot start.
package enum RecoveryError: Error, CustomStringConvertible {
    case storage(JobStoreError)
    case containment(SystemError)
    /// This job's attempt may still run as a unit, and there is nobody to ask.
    case noManager(JobID)
    /// Processes of old attempts are still there: starting anything now could run a job twice.
    case survivors

    package var description: String {
        switch self {
        case .storage(let error): "\(error)"
        case .containment(let error): "the processes of old attempts could not be ended: \(error)"
        case .noManager(let job):
            "job \(job) may still run as a unit, and systemd does not answer on the bus; nothing is started beside it"
        case .survivors:
            "processes of old attempts are still there, long after they were killed; nothing is started beside them"
        }
    }
}
