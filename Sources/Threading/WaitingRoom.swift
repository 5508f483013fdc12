public import Synchronization

/// Where threads sleep that found nothing to do in a structure that is otherwise used without a lock.
///
/// It is an event count (Vyukov) with one rule taken from Go's scheduler: as long as a woken thread is on its way,
/// nobody else is woken. That thread, once it has found its work, wakes the next one if there is more. So however
/// quickly work comes in, it is handed out without a system call for each piece, and no sleeper is forgotten:
///
/// - Whoever adds work looks at ``isWanted`` afterwards. Whoever wants to sleep raises it first and looks for work
///   afterwards. With an ``AsymmetricFence`` between the two steps on both sides, at least one sees the other.
/// - While work is left and threads sleep, either one is on its way, or somebody is about to look at ``isWanted``.
@usableFromInline final class WaitingRoom: Sendable {
    private struct State {
        var sleepers = 0
        /// How many were told to wake and have not yet done so.
        ///
        /// They are no longer counted as sleepers.
        var woken = 0
    }

    /// How a stay in the room ended.
    enum Outcome {
        /// There may be work now.
        case ready
        /// The deadline passed, or the thread was asked to stop; there may be work all the same.
        case over
    }

    /// Whether somebody sleeps and nobody is on the way: then whoever has work for one more calls ``wake(upTo:)``.
    @usableFromInline let isWanted = Atomic<Bool>(false)

    @usableFromInline let isSymmetric = AsymmetricFence.isSymmetric
    private let state = Monitor(State())
    private let rung = Condition()

    init() {}

    /// Wakes up to `count` sleepers if any is wanted: the frequent side's whole duty.
    @inlinable func didAddWork(for count: Int) {
        AsymmetricFence.light(isSymmetric: isSymmetric)
        if isWanted.load(ordering: .acquiring) { wake(upTo: count) }
    }

    /// Wakes up to `count` of those who sleep, unless some have been woken and are not here yet.
    @usableFromInline func wake(upTo count: Int) {
        let woken = state.withLock { state in
            guard state.woken == 0 else { return 0 }
            state.woken = min(count, state.sleepers)
            state.sleepers -= state.woken
            publish(state)
            return state.woken
        }
        switch woken {
        case 0: break
        case 1: rung.signal()
        default: rung.broadcast()
        }
    }

    /// Wakes all who sleep, also when some are on their way: for news that concerns everybody.
    func wakeAll() {
        state.withLock { state in
            state.woken += state.sleepers
            state.sleepers = 0
            publish(state)
        }
        rung.broadcast()
    }

    /// Sleeps until woken, unless `isReady` says that there is no need to.
    ///
    /// Spurious wake-ups are the caller's to bear: it looks for work and comes back if there is none.
    func sleep(until deadline: Deadline, unless isReady: () -> Bool) -> Outcome {
        var isHere = false
        let outcome = state.wait(on: rung, until: deadline) { state -> Outcome? in
            if !isHere {
                isHere = true
                state.sleepers += 1
                publish(state)
                // From here on, whoever adds work sees that somebody wants it, or is seen here.
                AsymmetricFence.heavy()
                guard isReady() else { return nil }
                state.sleepers -= 1
                publish(state)
                return .ready
            }
            guard state.woken > 0 else { return nil }
            state.woken -= 1
            publish(state)
            return .ready
        }
        if let outcome { return outcome }
        state.withLock { state in
            // Who leaves early while somebody was woken may be the one who got the signal: then it takes that duty
            // over, and the caller's last look for work fulfils it. Otherwise a sleeper would count as woken for ever.
            if state.woken > 0 { state.woken -= 1 } else { state.sleepers -= 1 }
            publish(state)
        }
        return .over
    }

    private func publish(_ state: State) {
        isWanted.store(state.sleepers > 0 && state.woken == 0, ordering: .releasing)
    }
}
