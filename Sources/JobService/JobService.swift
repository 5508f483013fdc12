package import JobRunner
package import JobStore
package import Jobs
import Kernel
package import Threading

/// What jobd does, without sockets and without systemd: jobs are stored, run by worker threads, and watched.
///
/// Requests that change something go to the ledger and are answered by a `Future` after their commit. Questions read
/// the store on the caller's thread.
package final class JobService: Sendable {
    package let watchers: JobWatchers
    let store: any JobStore
    private let space: any StateSpace
    let ledger: Ledger
    private let outlet: LedgerOutlet
    let now: @Sendable () -> Timestamp
    private let settings: ServiceSettings
    private let node: String
    private let lanes = Lanes()
    private let containment: any Containment
    private let units: (any AttemptSweep)?
    private let runner: any AttemptRunner
    private let running = RunningAttempts()
    private let threads = Monitor<[DaemonThread]>([])
    private let progress: ProgressRegister

    /// - Parameters:
    ///   - space: the room on the disk that holds the store.
    ///   - containment: who keeps the processes of attempts together.
    ///   - units: who ends units that an earlier daemon left; `nil` where there can be none.
    ///   - node: who claims: the name of this machine.
    ///   - now: the wall clock.
    ///   - progress: where the ledger and the workers say what they are busy with.
    package init(
        store: any JobStore, space: any StateSpace = EndlessSpace(), containment: any Containment,
        units: (any AttemptSweep)? = nil,
        runner: any AttemptRunner, settings: ServiceSettings,
        watchers: JobWatchers, observer: any ServiceObserver, node: String, now: @escaping @Sendable () -> Timestamp,
        progress: ProgressRegister = ProgressRegister()
    ) {
        self.progress = progress
        self.watchers = watchers
        self.store = store
        self.space = space
        self.containment = containment
        self.units = units
        self.runner = runner
        self.settings = settings
        self.now = now
        self.node = node
        outlet = LedgerOutlet(lanes: lanes, running: running, watchers: watchers, observer: observer)
        ledger = Ledger(store: store, outlet: outlet, rules: LedgerRules(settings, node: node), now: now)
    }

    // MARK: The beginning

    /// Recovers, then starts the workers and the ledger.
    ///
    /// No job runs before `open`. A failure half way leaves threads behind that `stop` ends.
    ///
    /// - Parameters:
    ///   - detached: attempts that this process ran before it became what it is now: those go on at once.
    ///   - answering: runs around the answers to requests that share a commit; it must not block.
    /// - Returns: the jobs whose attempt an earlier daemon left unfinished, as they are now.
    package func start(
        adopting detached: [DetachedRun] = [],
        answering: @escaping @Sendable (() -> Void) -> Void = { answers in answers() }
    ) throws -> [Job] {
        let core: LedgerCore
        do {
            core = try LedgerCore(
                store: store, space: space, settings: settings, node: node, jitter: { Double.random(in: 0..<1) })
        } catch {
            throw RecoveryError.storage(error)
        }
        let sweeps: [any AttemptSweep] = [containment] + (units.map { [$0] } ?? [])
        let isReached = units != nil
        let queues = Dictionary(uniqueKeysWithValues: settings.queues.map { ($0.name, $0.isolation) })
        let adoptable = detached.filter(canAdopt)
        let recovery = Recovery(store: store, sweeps: sweeps, core: core, adopting: adoptable, now: now) { spec in
            !isReached && (spec.isolation ?? queues[spec.queue]) == .unit
        }
        let recovered = try recovery.run { [outlet] effects in
            outlet.perform(effects)
            outlet.meter.count(effects, duration: nil)
        }
        let claims: [Claim]
        do throws(JobStoreError) {
            claims = try core.adopt(recovered.adopted)
        } catch {
            throw RecoveryError.storage(error)
        }
        for (name, queue) in core.state.queues.sorted(by: { $0.key < $1.key }) {
            try growLane(of: name, to: queue.settings.workers)
        }
        for (name, claims) in Dictionary(grouping: claims, by: \.order.queue).sorted(by: { $0.key < $1.key }) {
            try growLane(of: name, to: claims.count)
        }
        // Handed over for good: from here on only the ledger's thread touches it.
        nonisolated(unsafe) let owned = core
        let ledger = ledger
        let progress = progress
        try add(
            DaemonThread(name: "ledger") { progress.watch("ledger") { ledger.run(owned, answering: answering) } })
        let runs = Dictionary(uniqueKeysWithValues: recovered.adopted.map { ($0.run.id, $0.run) })
        for claim in claims {
            if let run = runs[claim.order.id] { running.insert(claim, adopted: run) }
            lanes[claim.order.queue]?.run(claim)
        }
        return recovered.lost
    }

    /// Whether an attempt can go on here; the descriptors of one that cannot are closed, and it is lost like any other.
    private func canAdopt(_ run: DetachedRun) -> Bool {
        guard let attempt = run.attempt else { return true }
        let isOurs =
            if case .unit = attempt.tree { units != nil } else { containment.adopt(attempt.tree, of: run.id) != nil }
        guard !isOurs else { return true }
        for descriptor in attempt.descriptors { _ = Descriptor(owning: descriptor) }
        return false
    }

    /// From now on jobs are started.
    ///
    /// The last step of a start: what fails before it has cost no job anything.
    package func open() throws {
        try request { .setClaiming(true, $0) }.result()
    }

    /// Sees to it that a queue has at least so many workers.
    func growLane(of queue: QueueName, to count: Int) throws(ThreadError) {
        try lanes.grow(queue, to: count) { [runner, ledger, running, progress] lane in
            let worker = Worker(lane: lane, runner: runner, ledger: ledger, running: running)
            return { progress.watch(DaemonThread.currentName ?? "w:\(queue)") { worker.run() } }
        }
    }

    private func add(_ thread: DaemonThread) {
        threads.withLock { $0.append(thread) }
    }

    // MARK: The end

    /// From now on no more jobs are started; submits are still stored.
    package func close() {
        // A ledger that has ended claims nothing either.
        _ = try? request { .setClaiming(false, $0) }.result()
    }

    /// Starts nothing more and waits for the running attempts; after `deadline`, or as soon as `hurry` is set, stops
    /// them.
    ///
    /// Submits are still stored. Returns when no attempt runs and all outcomes are stored.
    package func drain(until deadline: Deadline, orWhen hurry: Event) {
        close()
        if !running.waitUntilEmpty(until: deadline, orWhen: hurry) {
            running.stopAll(because: .shutdown)
            running.waitUntilEmpty()
        }
    }

    /// Makes a drain that waits look at its `hurry` again.
    package func hurryDrain() { running.nudge() }

    /// After a storage error: kills the running attempts; their ends are not recorded, and the next start finds them
    /// lost.
    package func abandon() {
        running.stopAll(because: .abandonment)
    }

    /// Ends all threads; call `drain` or `abandon` before.
    ///
    /// The store can be closed then.
    package func stop() {
        endThreads()
        containment.close()
    }

    private func endThreads() {
        ledger.shutDown()
        // The ledger first: it may have a last order for a lane.
        for thread in threads.withLock({ $0 }) { thread.join() }
        lanes.end()
    }

    // MARK: Letting go

    /// Starts nothing more and lets go of the running attempts, which go on.
    ///
    /// - Returns: the attempts that cannot be let go of now; where there are any, ``reattach()`` must follow.
    package func detach(until deadline: Deadline) -> [AttemptID] {
        close()
        return running.detachAll(until: deadline)
    }

    /// Takes up again what was let go of, and starts jobs again.
    package func reattach() {
        for claim in running.reattachAll() { lanes[claim.order.queue]?.run(claim) }
        _ = try? request { .setClaiming(true, $0) }.result()
    }

    /// Ends all threads after ``detach(until:)`` has let go of everything.
    ///
    /// - Returns: what the next service on the same store goes on with.
    package func stopDetached() -> (runs: [DetachedRun], delegation: DetachedDelegation?) {
        endThreads()
        return (running.detached, containment.detach())
    }

    /// What has happened since the start, counted.
    package var totals: ServiceTotals { outlet.meter.totals }

    /// How many attempts are claimed and have not ended.
    package var runningCount: Int { running.count }

    /// Whether the running attempt of a job stands still, or is about to.
    package func isFrozen(_ job: Job) -> Bool {
        guard case .running(let attempt, _) = job.state else { return false }
        return running.isFrozen(AttemptID(job: job.id, number: attempt))
    }
}
