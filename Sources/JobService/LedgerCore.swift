package import JobStore
package import Jobs

/// What the ledger does, without its thread: entries become one transaction, and the effects that follow its commit.
///
/// It reads no clock and starts nothing, so that a simulation can drive it as well as the ledger's thread. One thread
/// uses it at a time.
package final class LedgerCore {
    let store: any JobStore
    let rules: LedgerRules
    /// Random, from 0 up to but not including 1.
    let jitter: () -> Double
    var state: LedgerState

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
        let stored = try store.queueSettings()
        let counts = try store.counts()
        var states: [QueueName: QueueState] = [:]
        for queue in settings.queues {
            var state = try StoredQueueSettings.restore(queue, from: stored[queue.name] ?? [:])
            state.readyJobs = counts[queue.name, .ready]
            states[queue.name] = state
        }
        state = LedgerState(queues: states)
        // What is configured may have become more since they were found to lack it.
        state.freed = Set(
            try store.write { transaction throws(JobStoreError) in try transaction.lackedResources() })
    }

    /// Makes one durable transaction of the entries and of what is to be done at that time.
    ///
    /// - Returns: what is to be done now that it is durable.
    /// - Throws: after a failure nothing may be done with it any more: whether it was stored is unknown.
    package func process(
        _ entries: some Sequence<LedgerEntry>, at now: Timestamp
    ) throws(JobStoreError) -> LedgerEffects {
        try store.write { transaction throws(JobStoreError) in
            let work = LedgerTransaction(on: transaction, core: self, now: now)
            for entry in entries { try work.apply(entry) }
            try work.settle()
            return work.effects
        }
    }

    /// When there is something to do without an entry; `nil` is never.
    package var nextWake: Timestamp? { state.nextWake }
}
