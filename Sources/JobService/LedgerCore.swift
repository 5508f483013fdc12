package import JobStore
package import Jobs

/// What the ledger does, without its thread: entries become one transaction, and the effects that follow its commit.
///
/// It reads no clock and starts nothing, so that a simulation can drive it as well as the ledger's thread. One thread
/// uses it at a time.
package final class LedgerCore {
    let store: any JobStore
    private(set) var rules: LedgerRules
    /// Random, from 0 up to but not including 1.
    let jitter: () -> Double
    var state: LedgerState
    #if WEAKENED
        /// What a weakened ledger does too early.
        var beforeCommit: (inout LedgerEffects) -> Void = { _ in }
    #endif

    /// Takes up what the store knows.
    ///
    /// - Parameters:
    ///   - node: who claims.
    ///   - jitter: random, from 0 up to but not including 1; spreads the retries.
    package init(
        store: any JobStore, settings: ServiceSettings, node: String, jitter: @escaping () -> Double
    ) throws(JobStoreError) {
        self.store = store
        self.jitter = jitter
        rules = LedgerRules(settings, node: node)
        state = LedgerState(queues: [:])
        try configure(settings)
    }

    /// Takes up a configuration: the first one, or another one between two transactions.
    ///
    /// A queue that it does not have any more starts nothing; its running jobs go on.
    private func configure(_ settings: ServiceSettings) throws(JobStoreError) {
        let stored = try store.queueSettings()
        let counts = try store.counts()
        for name in state.queues.keys { state.queues[name]?.isServed = false }
        for queue in settings.queues {
            var served: QueueState
            if let known = state.queues[queue.name] {
                served = known
                served.configure(queue)
            } else {
                served = try StoredQueueSettings.restore(queue, from: stored[queue.name] ?? [:])
            }
            served.readyJobs = counts[queue.name, .ready]
            state.queues[queue.name] = served
        }
        rules = LedgerRules(settings, node: rules.node)
        // What is configured may have become more since they were found to lack it.
        state.freed.formUnion(
            try store.write { transaction throws(JobStoreError) in try transaction.lackedResources() })
    }

    /// Makes one durable transaction of the entries and of what is to be done at that time.
    ///
    /// - Returns: what is to be done now that it is durable.
    /// - Throws: after a failure nothing may be done with it any more: whether it was stored is unknown.
    package func process(
        _ entries: some Collection<LedgerEntry>, at now: Timestamp
    ) throws(JobStoreError) -> LedgerEffects {
        for case .configure(let settings, _) in entries { try configure(settings) }
        return try store.write { transaction throws(JobStoreError) in
            let work = LedgerTransaction(on: transaction, core: self, now: now)
            for entry in entries { try work.apply(entry) }
            try work.settle()
            #if WEAKENED
                beforeCommit(&work.effects)
            #endif
            return work.effects
        }
    }

    /// When there is something to do without an entry; `nil` is never.
    package var nextWake: Timestamp? { state.nextWake }
}
