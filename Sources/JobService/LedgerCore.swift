import JobRunner
package import JobStore
package import Jobs

/// What the ledger does, without its thread: entries become one transaction, and the effects that follow its commit.
///
/// It reads no clock and starts nothing, so that a simulation can drive it as well as the ledger's thread. One thread
/// uses it at a time.
///
/// A full disk is no failure. Below the mark nothing new is stored and nothing is started. Where the store itself finds
/// no room, the reserve is given up and only outcomes are recorded; those that do not fit even then are kept here and
/// tried again, at most once a second, until they do.
package final class LedgerCore {
    let store: any JobStore
    let space: any StateSpace
    private(set) var rules: LedgerRules
    /// Random, from 0 up to but not including 1.
    let jitter: () -> Double
    var state: LedgerState
    /// What there was too little of at the last transaction.
    package private(set) var shortage: SpaceShortage?
    /// Ends of attempts that found no room; nobody has been told of them.
    private var held: [LedgerEntry] = []
    /// When the store is to be tried again that has found no room.
    private var nextTry: Timestamp?
    /// When the disk is to be looked at again of which there was too little.
    private var nextLook: Timestamp?

    private static let pause = Duration.seconds(1)
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
        store: any JobStore, space: any StateSpace = EndlessSpace(), settings: ServiceSettings, node: String,
        jitter: @escaping () -> Double
    ) throws(JobStoreError) {
        self.store = store
        self.space = space
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
        do {
            state.freed.formUnion(
                try store.write { transaction throws(JobStoreError) in try transaction.lackedResources() })
        } catch {
            // Those who lack something are looked at when something is given back.
            guard case .full = error else { throw error }
        }
    }

    /// Goes on with attempts that this process ran before it became what it is now.
    ///
    /// - Returns: what the workers go on with.
    func adopt(_ adopted: [(job: Job, run: DetachedRun)]) throws(JobStoreError) -> [Claim] {
        let attachments = try store.write { transaction throws(JobStoreError) in
            try adopted.map { job, _ throws(JobStoreError) in
                job.spec.hasAttachments ? try transaction.attachments(of: job.id) : Attachments()
            }
        }
        return zip(adopted, attachments).map { adopted, attachments in
            let (job, run) = adopted
            // What was started goes on, whatever became of its queue.
            let settings =
                state.queues[job.spec.queue]?.settings ?? QueueSettings(name: job.spec.queue, workers: 1)
            let slots = min(job.spec.slots, settings.workers)
            state.running[job.id] = RunningJob(job: job, slots: slots)
            state.withQueue(job.spec.queue) { $0.takenSlots += slots }
            let claim = Claim(
                job: job, attempt: run.id.number, settings: settings, rules: rules.start, attachments: attachments,
                ready: run.terms.ready)
            return Claim(claim, going: run)
        }
    }

    /// Makes one durable transaction of the entries and of what is to be done at that time.
    ///
    /// - Returns: what is to be done now that it is durable.
    /// - Throws: after a failure nothing may be done with it any more: whether it was stored is unknown. Never `full`.
    package func process(
        _ entries: some Collection<LedgerEntry>, at now: Timestamp
    ) throws(JobStoreError) -> LedgerEffects {
        for case .configure(let settings, _) in entries { try configure(settings) }
        shortage = space.shortage()
        nextLook = shortage.map { _ in now + Self.pause }
        if let nextTry, now < nextTry, nextTry - now <= Self.pause {
            return try processWhileFull(entries, at: now)
        }
        nextTry = nil
        do {
            let effects = try write(held + Array(entries), shortage.map { .scarce($0) } ?? .plenty, at: now)
            held = []
            return effects
        } catch {
            guard case .full = error else { throw error }
            space.giveUpReserve()
            nextTry = now + Self.pause
        }
        let outcomes = held
        held = []
        return try processWhileFull(outcomes + Array(entries), at: now)
    }

    /// Records how attempts have ended, and refuses what would take more room.
    private func processWhileFull(
        _ entries: some Sequence<LedgerEntry>, at now: Timestamp
    ) throws(JobStoreError) -> LedgerEffects {
        let room = LedgerRoom.outcomes(shortage ?? space.exhausted())
        shortage = room.shortage
        let entries = Array(entries)
        if held.isEmpty {
            do {
                return try write(entries, room, at: now)
            } catch {
                guard case .full = error else { throw error }
            }
        }
        held += entries.filter(\.isOutcome)
        // Writes nothing, and so needs no room.
        return try write(entries.filter { !$0.isOutcome }, room, at: now)
    }

    /// One transaction; where it was not stored nothing of it is remembered.
    private func write(
        _ entries: [LedgerEntry], _ room: LedgerRoom, at now: Timestamp
    ) throws(JobStoreError) -> LedgerEffects {
        let before = state
        do {
            return try store.write { transaction throws(JobStoreError) in
                let work = LedgerTransaction(on: transaction, core: self, room: room, now: now)
                for entry in entries { try work.apply(entry) }
                try work.settle()
                #if WEAKENED
                    beforeCommit(&work.effects)
                #endif
                return work.effects
            }
        } catch {
            state = before
            throw error
        }
    }

    /// When there is something to do without an entry; `nil` is never.
    package var nextWake: Timestamp? {
        if let nextTry { return nextTry }
        let next = state.nextWake(mayClaim: shortage == nil)
        return nextLook.map { min($0, next ?? $0) } ?? next
    }
}
