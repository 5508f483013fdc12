package import Kernel
import Threading

/// Why a running attempt is stopped.
package enum StopCause: Sendable, Hashable {
    /// It ran longer than it may.
    case timeout
    /// Somebody asked.
    case cancel
    /// The daemon shuts down.
    case shutdown
    /// The daemon goes at once, and records nothing.
    case abandonment
}

/// The handle by which others stop an attempt, before it starts or while it runs.
package final class AttemptControl: Sendable {
    private struct State {
        var cause: StopCause?
        var wake: WakeSignal?
    }

    private let state = Monitor(State())

    package init() {}

    /// Asks the worker to stop the attempt; the first cause counts.
    package func stop(because cause: StopCause) {
        let wake = state.withLock { state -> WakeSignal? in
            if state.cause == nil { state.cause = cause }
            return state.wake
        }
        wake?.raise()
    }

    /// Why it is to stop, if it is.
    package var stopCause: StopCause? { state.withLock { $0.cause } }

    /// From now on `stop` wakes the thread that polls this signal.
    package func attach(_ wake: WakeSignal) {
        let isStopped = state.withLock { state -> Bool in
            state.wake = wake
            return state.cause != nil
        }
        if isStopped { wake.raise() }
    }
}
