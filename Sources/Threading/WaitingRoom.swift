public import Synchronization

/// Where threads sleep that found nothing to do in a structure that is otherwise used without a lock.
///
/// It is an event count (Vyukov) with one rule taken from Go's scheduler: as long as a woken thread is on its way,
/// nobody else is woken. That thread, once it has found its work, wakes the next one if there is more. So however
/// quickly work comes in, it is handed out without a system call for each piece, and no sleeper is forgotten:
///
/// - Whoever adds work asks ``WaitingRoomState/isWanted`` afterwards. Whoever wants to sleep sees to it that it is
///   raised, and looks for work afterwards. With an ``AsymmetricFence`` between the two steps on both sides, at least
///   one sees the other.
/// - While work is left and threads sleep, either one is on its way, or it is raised.
///
/// Where it is raised already, the one who goes to sleep saves its side of the fence, which is a system call: whoever
/// sees it raised changes the state, and of two who change one word the later one sees what the other did before.
@usableFromInline final class WaitingRoom: Sendable {
    /// How a stay in the room ended.
    enum Outcome {
        /// There may be work now.
        case ready
        /// The deadline passed, or the thread was asked to stop; there may be work all the same.
        case over
    }

    @usableFromInline let state = Atomic(WaitingRoomState())
    @usableFromInline let isSymmetric = AsymmetricFence.isSymmetric
    private let rung = FutexWord()

    init() {}

    deinit { rung.destroy() }

    // MARK: Waking

    /// Wakes up to `count` sleepers if any is wanted: the frequent side's whole duty.
    @inlinable func didAddWork(for count: Int) {
        AsymmetricFence.light(isSymmetric: isSymmetric)
        if state.load(ordering: .acquiring).isWanted { wake(upTo: count) }
    }

    /// Wakes up to `count` of those who sleep, unless some have been woken and are not here yet.
    @usableFromInline func wake(upTo count: Int) {
        let called = change { $0.wake(upTo: count) }
        if called > 0 { ring(for: called) }
    }

    /// Wakes all who sleep, also when some are on their way: for news that concerns everybody.
    func wakeAll() {
        change { $0.wakeAll() }
        ring(for: .max)
    }

    /// Has all who sleep see whether they were asked to stop.
    func disturb() { ring(for: .max) }

    private func ring(for count: Int) {
        rung.change()
        rung.wake(count)
    }

    // MARK: Sleeping

    /// Sleeps until woken, unless `isReady` says that there is no need to.
    ///
    /// Spurious wake-ups are the caller's to bear: it looks for work and comes back if there is none.
    func sleep(until deadline: Deadline, unless isReady: () -> Bool) -> Outcome {
        // Looked at before each look at the state: so whoever calls after that look changes it after this one.
        var seen = rung.value
        change { $0.arrive() }
        if isReady() {
            change { $0.leave() }
            return .ready
        }
        while block(while: seen, until: deadline) {
            seen = rung.value
            if change({ $0.takeCall() }) { return .ready }
        }
        change { $0.leave() }
        return .over
    }

    /// Sleeps unless somebody has rung since `seen`; `false` when it is of no use to sleep again.
    private func block(while seen: UInt32, until deadline: Deadline) -> Bool {
        guard let thread = ThreadShared.current else { return rung.sleep(while: seen, until: deadline) }
        let inTime = thread.willSleep(.room(self)) && rung.sleep(while: seen, until: deadline)
        return thread.didSleep() && inTime
    }

    /// Changes the state in one atomic step.
    ///
    /// `change` may run more than once, each time on a fresh copy.
    @discardableResult private func change<R>(_ change: (inout WaitingRoomState) -> R) -> R {
        var current = state.load(ordering: .relaxed)
        while true {
            var next = current
            let answer = change(&next)
            let (isChanged, latest) = state.weakCompareExchange(
                expected: current, desired: next, ordering: .sequentiallyConsistent)
            if isChanged {
                // Who has called for work sees what was added before, or whoever adds it sees the call.
                if next.isWanted, !current.isWanted { AsymmetricFence.heavy() }
                return answer
            }
            current = latest
        }
    }
}
