package import Jobs
package import Kernel
import Threading

/// Why a running attempt is stopped.
package enum StopCause: String, Sendable, Hashable, CaseIterable {
    /// It ran longer than it may.
    case timeout
    /// Somebody asked.
    case cancel
    /// The daemon shuts down.
    case shutdown
    /// The daemon goes at once, and records nothing.
    case abandonment
}

/// The handle by which others act on an attempt, before it starts or while it runs.
///
/// Nothing here waits: the worker thread is woken, and does what was asked for.
package final class AttemptControl: Sendable {
    /// What the worker finds when it looks.
    package struct Requests: Hashable, Sendable {
        /// In the order in which they came, each once.
        package var causes: [StopCause] = []
        /// Never together with a cause.
        package var isFrozen = false
        /// Not delivered yet, in the order in which they came.
        package var signals: [SignalNumber] = []
        /// Whether the worker is to let go of the attempt.
        package var mustDetach = false

        package init(causes: [StopCause] = [], isFrozen: Bool = false, signals: [SignalNumber] = []) {
            self.causes = causes
            self.isFrozen = isFrozen
            self.signals = signals
        }
    }

    private struct State {
        var requests = Requests()
        var wake: WakeSignal?
    }

    private let state: Monitor<State>
    private let changed = Condition()

    /// - Parameter requests: what was asked for already.
    package init(_ requests: Requests = Requests()) {
        state = Monitor(State(requests: requests))
    }

    /// Asks the worker to stop the attempt.
    ///
    /// The first cause is the one that is recorded; a later one can only make the end come sooner. A frozen attempt is
    /// thawed by it, so that it can end.
    package func stop(because cause: StopCause) {
        change { requests in
            if !requests.causes.contains(cause) { requests.causes.append(cause) }
            requests.isFrozen = false
        }
    }

    /// Asks the worker to let no process of the attempt go on until ``thaw()``; one that has not started does not start.
    ///
    /// Its timeout stands still meanwhile. Without effect on an attempt that is being stopped.
    package func freeze() {
        change { requests in requests.isFrozen = requests.causes.isEmpty }
    }

    /// Asks the worker to let the attempt go on; without effect on one that is not frozen.
    package func thaw() {
        change { requests in requests.isFrozen = false }
    }

    /// Asks the worker to send a signal to every process of the attempt.
    ///
    /// One that comes before the start is sent right after it; one that comes while the attempt is frozen acts when it
    /// is thawed, except KILL. As with the kernel's own, the same signal does not queue up.
    package func send(signal: SignalNumber) {
        change { requests in
            if !requests.signals.contains(signal) { requests.signals.append(signal) }
        }
    }

    /// Asks the worker to let go of the attempt, which goes on; one that has not started does not start.
    package func detach() {
        change { requests in requests.mustDetach = true }
    }

    /// Takes that back, for the next worker.
    package func reattach() {
        state.withLock { state in
            state.requests.mustDetach = false
            state.wake = nil
        }
    }

    /// Whether the worker is to let go of the attempt.
    package var mustDetach: Bool { state.withLock { $0.requests.mustDetach } }

    /// All that is asked for and was not done; for when no worker has the attempt.
    package var requests: Requests { state.withLock { $0.requests } }

    /// Why it is to stop, if it is.
    package var stopCause: StopCause? { state.withLock { $0.requests.causes.first } }

    /// Whether it is to stand still; the processes themselves follow a moment later.
    package var isFrozen: Bool { state.withLock { $0.requests.isFrozen } }

    /// From now on each request wakes the thread that polls this signal.
    package func attach(_ wake: WakeSignal) {
        let isAsked = state.withLock { state in
            state.wake = wake
            return state.requests != Requests()
        }
        // Something may have been asked for before.
        if isAsked { wake.raise() }
    }

    /// What is asked for now; the signals are handed over.
    package func takeRequests() -> Requests {
        state.withLock { state in
            defer { state.requests.signals = [] }
            return state.requests
        }
    }

    /// Sleeps while the attempt is frozen, and is not to be let go of.
    ///
    /// - Returns: why it is not to start, if it is not.
    package func waitUntilThawed() -> StopCause? {
        let cause = state.wait(on: changed) { state -> StopCause?? in
            state.requests.isFrozen && !state.requests.mustDetach ? nil : .some(state.requests.causes.first)
        }
        // No answer means that this thread itself was asked to end.
        return cause ?? .abandonment
    }

    /// Sleeps for a while, and as long as the attempt is frozen; not where it is to be let go of.
    ///
    /// - Returns: why it is not to start, if it is not.
    package func wait(_ duration: Duration) -> StopCause? {
        let end = Deadline.after(duration)
        let cause = state.wait(on: changed, until: end) { state -> StopCause?? in
            state.requests.causes.isEmpty && !state.requests.mustDetach ? nil : .some(state.requests.causes.first)
        }
        if let cause { return cause }
        // No answer before the end means that this thread itself was asked to end.
        return end.isPast ? waitUntilThawed() : .abandonment
    }

    private func change(_ body: (inout Requests) -> Void) {
        let wake = state.withLock { state -> WakeSignal? in
            body(&state.requests)
            return state.wake
        }
        changed.broadcast()
        wake?.raise()
    }
}
