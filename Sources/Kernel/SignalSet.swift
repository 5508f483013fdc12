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
