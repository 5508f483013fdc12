import JobRunner
import Jobs
import Threading

/// The attempts that are claimed and have not ended, with the handles by which they are stopped.
final class RunningAttempts: Sendable {
    private struct Entry {
        var claim: Claim
        /// Whether its worker has let go of it.
        var isDetached = false
        /// Whether somebody paused this job, and whether its queue is frozen: it stands still for either.
        var isPaused = false
        var isQueueFrozen = false

        var control: AttemptControl { claim.control }

        func settle() {
            if isPaused || isQueueFrozen { control.freeze() } else { control.thaw() }
        }
    }

    private struct State {
        var entries: [AttemptID: Entry] = [:]
        /// Storage failed, so that no end will be recorded any more.
        var isAbandoned = false
    }

    private let state = Monitor(State())
    private let changed = Condition()

    var count: Int { state.withLock { $0.entries.count } }

    func insert(_ claim: Claim) {
        state.withLock { $0.entries[claim.order.id] = Entry(claim: claim) }
    }

    /// Takes up an attempt that was let go of.
    func insert(_ claim: Claim, adopted run: DetachedRun) {
        state.withLock {
            $0.entries[run.id] = Entry(claim: claim, isPaused: run.isPaused, isQueueFrozen: run.isQueueFrozen)
        }
    }

    func remove(_ attempt: AttemptID) {
        state.withLock { $0.entries[attempt] = nil }
        changed.broadcast()
    }

    /// Stops one attempt; one that has ended meanwhile needs no stopping.
    func stop(_ attempt: AttemptID, because cause: StopCause) {
        state.withLock { $0.entries[attempt] }?.control.stop(because: cause)
    }

    func stopAll(because cause: StopCause) {
        for entry in state.withLock({ Array($0.entries.values) }) { entry.control.stop(because: cause) }
    }

    /// Freezes or thaws what runs in a queue; a job that was paused by itself stays so.
    func setFrozen(_ isFrozen: Bool, in queue: QueueName) {
        change({ $0.claim.order.queue == queue }) { $0.isQueueFrozen = isFrozen }
    }

    /// Freezes or thaws one attempt.
    func setFrozen(_ isFrozen: Bool, _ attempt: AttemptID) {
        let entry = state.withLock { state -> Entry? in
            state.entries[attempt]?.isPaused = isFrozen
            return state.entries[attempt]
        }
        entry?.settle()
    }

    /// Whether an attempt stands still, or is about to.
    func isFrozen(_ attempt: AttemptID) -> Bool { state.withLock { $0.entries[attempt] }?.control.isFrozen ?? false }

    func send(_ signal: SignalNumber, to attempt: AttemptID) {
        state.withLock { $0.entries[attempt] }?.control.send(signal: signal)
    }

    private func change(_ matches: (Entry) -> Bool, _ body: (inout Entry) -> Void) {
        let changed = state.withLock { state in
            state.entries.filter { matches($0.value) }.map { attempt, entry in
                var entry = entry
                body(&entry)
                state.entries[attempt] = entry
                return entry
            }
        }
        for entry in changed { entry.settle() }
    }

    /// Wakes those who wait, to look at something else that has changed.
    func nudge() {
        // Through the lock: one who has just looked and is not asleep yet would miss it otherwise.
        state.withLock { _ in }
        changed.broadcast()
    }

    // MARK: Letting go

    /// Asks the workers to let go of their attempts, and waits until each has, or its attempt has ended.
    ///
    /// - Returns: those that did not in time.
    func detachAll(until deadline: Deadline) -> [AttemptID] {
        for entry in state.withLock({ Array($0.entries.values) }) { entry.control.detach() }
        let isDone = state.wait(on: changed, until: deadline) { state -> Bool? in
            state.isAbandoned || state.entries.values.allSatisfy(\.isDetached) ? true : nil
        }
        guard isDone == nil else { return [] }
        return state.withLock { $0.entries.filter { !$0.value.isDetached } }.keys.sorted { $0.job < $1.job }
    }

    /// A worker has let go of an attempt.
    func letGo(of attempt: AttemptID, _ detached: DetachedAttempt?) {
        state.withLock { state in
            state.entries[attempt]?.isDetached = true
            state.entries[attempt]?.claim.detached = detached
        }
        changed.broadcast()
    }

    /// Takes back that workers are to let go.
    ///
    /// - Returns: the attempts that have no worker now, for others to go on with.
    func reattachAll() -> [Claim] {
        state.withLock { state in
            state.entries.keys.sorted { $0.job < $1.job }.compactMap { attempt in
                guard let entry = state.entries[attempt] else { return nil }
                entry.control.reattach()
                state.entries[attempt]?.isDetached = false
                return entry.isDetached ? entry.claim : nil
            }
        }
    }

    /// What was let go of, by the number of the job.
    var detached: [DetachedRun] {
        state.withLock { $0.entries.values.filter(\.isDetached) }
            .sorted { $0.claim.order.id.job < $1.claim.order.id.job }
            .map { entry in
                var requests = entry.control.requests
                requests.mustDetach = false
                return DetachedRun(
                    id: entry.claim.order.id, requests: requests, isPaused: entry.isPaused,
                    isQueueFrozen: entry.isQueueFrozen, terms: entry.claim.order.terms, attempt: entry.claim.detached)
            }
    }

    /// No end will be recorded any more: nobody need wait for one.
    func abandon() {
        state.withLock { $0.isAbandoned = true }
        changed.broadcast()
    }

    /// Sleeps until there are none, `isHurried` says so, the deadline passes, or storage has failed.
    ///
    /// - Returns: whether there are none.
    @discardableResult
    func waitUntilEmpty(until deadline: Deadline = .never, orWhen isHurried: Event? = nil) -> Bool {
        state.wait(on: changed, until: deadline) { state -> Bool? in
            if state.entries.isEmpty { return true }
            if state.isAbandoned { return false }
            return isHurried?.isSet == true ? false : nil
        } ?? false
    }
}
