import JobStore
import Jobs

extension LedgerTransaction {
    /// Tells those who wait for them of jobs that have ended: so many at a time, however many wait for one.
    ///
    /// What is left is in the store, so that a crash in between forgets nobody.
    func tellDependants() throws(JobStoreError) {
        guard core.state.hasToSettle else { return }
        var left = Self.jobsPerStep
        while left > 0 {
            guard let id = try transaction.jobsToSettle(limit: 1).first else {
                core.state.hasToSettle = false
                return
            }
            // One that was retried meanwhile has not ended: they wait for its next end.
            if let job = try transaction.job(id), job.state.isFinal {
                let dependants = try transaction.dependants(of: id, limit: left)
                for dependant in dependants { try tell(dependant, of: job) }
                left -= dependants.count
                if left == 0 { break }
            }
            try transaction.removeToSettle(id)
        }
    }

    private func tell(_ dependant: Dependant, of other: Job) throws(JobStoreError) {
        guard var job = try transaction.job(dependant.job), let isMet = dependant.condition.isMet(by: other.state.name)
        else { return }
        try transaction.setDependency(of: job.id, on: other.id, isOpen: false)
        if isMet {
            // Those before the last one change nothing that anybody sees.
            let isLast = job.state.name == .blocked && job.openDependencies == 1
            _ = try apply(.dependencyMet, to: &job, cause: isLast ? .dependenciesMet : nil)
        } else {
            let cause = job.state.isFinal ? nil : Change.Cause.dependencyFailed(on: other.id)
            guard case .success(.announceEnd) = try apply(.dependencyFailed(on: other.id), to: &job, cause: cause)
            else { return }
            effects.endedJobs.append((job, nil, nil))
        }
    }
}
