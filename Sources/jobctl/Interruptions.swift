import Glibc
import JobClient
import Kernel
import Threading

/// Ctrl-C and SIGTERM, taken by a thread that sleeps until they come.
///
/// Each ends what the guarded client waits for; what to do then is up to the thread that waited.
final class Interruptions: Sendable {
    private struct State {
        var taken: [Int32] = []
        var guarded: JobClient.Interrupter?
    }

    private let state = Monitor(State())
    private let changed = Condition()

    /// Takes the signals from now on, in place of ending the process.
    ///
    /// To be made before any other thread is.
    init() throws {
        // Who started us with a signal ignored, as nohup and scripts do, wants it to have no effect.
        let signals = SignalSet([SIGINT, SIGTERM].filter { !SignalSet.isIgnored($0) })
        try signals.block()
        // Never joined: it sleeps in sigwait until the process ends.
        _ = try DaemonThread(name: "signals") { [self] in
            while let signal = try? signals.wait() { take(signal) }
        }
    }

    private func take(_ signal: Int32) {
        let guarded = state.withLock { state in
            state.taken.append(signal)
            return state.guarded
        }
        changed.broadcast()
        guarded?.interrupt()
    }

    /// Lets the next signal interrupt this client.
    ///
    /// - Parameter after: the signals that are already known of: one that came since interrupts at once.
    func guarding(_ interrupter: JobClient.Interrupter, after known: Int = 0) {
        let isLate = state.withLock { state in
            state.guarded = interrupter
            return state.taken.count > known
        }
        if isLate { interrupter.interrupt() }
    }

    /// The first signal, if one has come.
    var first: Int32? { state.withLock { $0.taken.first } }

    /// Waits until so many signals have come in all.
    ///
    /// - Returns: false when the deadline passed first.
    func wait(for count: Int, until deadline: Deadline) -> Bool {
        state.wait(on: changed, until: deadline) { $0.taken.count >= count ? true : nil } ?? false
    }
}
