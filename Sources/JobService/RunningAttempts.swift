import JobRunner
import Jobs
import Threading

/// The attempts that are claimed and have not ended, with the handles by which they are stopped.
final class RunningAttempts: Sendable {
    private struct Entry {
        let queue: QueueName
        let control: AttemptControl
        /// Whether somebody paused this job, and whether its queue is frozen: it stands still for either.
        var isPaused = false
        var isQueueFrozen = false

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
        state.withLock { $0.entries[claim.order.id] = Entry(queue: claim.order.queue, control: claim.control) }
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
        change({ $0.queue == queue }) { $0.isQueueFrozen = isFrozen }
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
