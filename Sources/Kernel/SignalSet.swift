import Glibc

/// A set of signals that this process takes by waiting for them instead of by handlers.
package struct SignalSet: Sendable {
    private let set: sigset_t

    package init(_ signals: [Int32]) {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for signal in signals { unsafe sigaddset(&set, signal) }
        self.set = set
    }

    /// Whether whoever started this process wants the signal to have no effect.
    package static func isIgnored(_ signal: Int32) -> Bool {
        var action = sigaction()
        unsafe sigaction(signal, nil, &action)
        // SIG_IGN is the address 1 (signal.h).
        return unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
    }

    /// Blocks the signals in this thread and in those that it starts from now on.
    package func block() throws(SystemError) {
        var copy = set
        let code = unsafe pthread_sigmask(SIG_BLOCK, &copy, nil)
        if code != 0 { throw SystemError(call: "pthread_sigmask", code: code) }
    }

    /// Sleeps until one of the signals arrives and takes it.
    package func wait() throws(SystemError) -> Int32 {
        var copy = set
        var signal: Int32 = 0
        let code = unsafe sigwait(&copy, &signal)
        if code != 0 { throw SystemError(call: "sigwait", code: code) }
        return signal
    }
}
