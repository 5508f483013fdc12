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
    private let store: any JobStore
    private let containment: any Containment
    private let runner: any AttemptRunner
    private let lanes: [QueueName: Lane]
    private let running = RunningAttempts()
    private let ledger: Ledger
    private let observer: any ServiceObserver
    private let now: @Sendable () -> Timestamp
    private let threads = Monitor<[DaemonThread]>([])

    /// - Parameters:
    ///   - queues: at least one; each name once.
    ///   - node: who claims: the name of this machine.
    ///   - now: the wall clock.
    package init(
        store: any JobStore, containment: any Containment, runner: any AttemptRunner, queues: [QueueSettings],
        watchers: JobWatchers, observer: any ServiceObserver, node: String, now: @escaping @Sendable () -> Timestamp
    ) {
        self.watchers = watchers
        self.store = store
        self.containment = containment
        self.runner = runner
        self.observer = observer
        self.now = now
        lanes = Dictionary(uniqueKeysWithValues: queues.map { ($0.name, Lane(settings: $0)) })
        ledger = Ledger(
            store: store, lanes: lanes, running: running, watchers: watchers, observer: observer, node: node, now: now)
    }

    /// Recovers, then starts the workers and the ledger.
    ///
    /// No job runs before `open`. A failure half way leaves threads behind that `stop` ends.
    ///
    /// - Returns: the jobs whose attempt an earlier daemon left unfinished: they are lost.
    package func start() throws -> [Job] {
        let lost = try Recovery(store: store, containment: containment, now: now()).run()
        let counts = try store.counts()
        let state = LedgerState(
            freeWorkers: lanes.mapValues(\.settings.workers),
            readyJobs: lanes.keys.reduce(into: [:]) { $0[$1] = counts[$1, .ready] },
            // Not known yet: the first transaction looks.
            nextDue: Timestamp(nanoseconds: 0))
        let ledger = ledger
        for lane in lanes.values.sorted(by: { $0.settings.name < $1.settings.name }) {
            let worker = Worker(lane: lane, runner: runner, ledger: ledger)
            for number in 1...lane.settings.workers {
                try add(DaemonThread(name: "w:\(lane.settings.name):\(number)") { worker.run() })
            }
        }
        try add(DaemonThread(name: "ledger") { ledger.run(from: state) })
        return lost
    }

    /// From now on jobs are started.
    ///
    /// The last step of a start: what fails before it has cost no job anything.
    package func open() throws {
        try request { .setClaiming(true, $0) }.result()
    }

    private func add(_ thread: DaemonThread) {
        threads.withLock { $0.append(thread) }
    }

    // MARK: Requests

    /// Stores jobs, all or none; answered when they are on disk.
    ///
    /// The future fails with a `ServiceError`.
    package func submit(_ submissions: [Submission], by submitter: Submitter) -> Future<[Receipt]> {
        request { .submit(submissions, by: submitter, $0) }
    }

    /// Cancels jobs: one that waits will not run, one that runs is stopped.
    ///
    /// Results are in the order of the ids.
    package func cancel(_ ids: [JobID], by requester: Requester) -> Future<[CancelResult]> {
        request { .cancel(ids, by: requester, $0) }
    }

    /// Answered when the ledger has come round once more: it is alive.
    package func ping() -> Future<Void> {
        request { .ping($0) }
    }

    /// Whether so much waits for the ledger that a request may have to wait before it is even taken.
    ///
    /// A thread that must not block hands its request to another one then.
    package var isBusy: Bool { ledger.isBusy }

    private func request<Value: Sendable>(_ entry: (Promise<Value>) -> LedgerEntry) -> Future<Value> {
        let promise = Promise<Value>()
        do {
            try ledger.put(entry(promise))
        } catch {
            promise.fail(ServiceError.shuttingDown)
        }
        return promise.future
    }

    // MARK: Questions

    /// A job that the requester may see; `nil` for others and for those that do not exist.
    package func job(_ id: JobID, for requester: Requester) throws(JobStoreError) -> Job? {
        guard let job = try store.job(id), requester.maySee(job) else { return nil }
        return job
    }

    /// One page of the jobs that match and that the requester may see, newest first.
    package func jobs(
        matching filter: JobFilter, page: JobPage, for requester: Requester
    ) throws(JobStoreError) -> [Job] {
        var filter = filter
        if case .user(let user) = requester {
            if let other = filter.user, other != user { return [] }
            filter.user = user
        }
        return try store.jobs(matching: filter, page: page)
    }

    package func attempts(of job: JobID) throws(JobStoreError) -> [Attempt] { try store.attempts(of: job) }

    package func counts() throws(JobStoreError) -> JobCounts { try store.counts() }

    /// The queues that are configured, by name.
    package var queues: [QueueSettings] { lanes.values.map(\.settings).sorted { $0.name < $1.name } }

    /// How many attempts are claimed and have not ended.
    package var runningCount: Int { running.count }

    // MARK: The end

    /// Starts nothing more and waits for the running attempts; after `deadline`, or as soon as `hurry` is set, stops
    /// them.
    ///
    /// Submits are still stored. Returns when no attempt runs and all outcomes are stored.
    package func drain(until deadline: Deadline, orWhen hurry: Event) {
        // A ledger that has ended claims nothing either.
        _ = try? request { .setClaiming(false, $0) }.result()
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
        ledger.shutDown()
        for lane in lanes.values { lane.claims.shutDown() }
        for thread in threads.withLock({ $0 }) { thread.join() }
        containment.close()
    }
}
