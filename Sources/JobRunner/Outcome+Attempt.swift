import Jobs
import Kernel

extension Outcome {
    /// The outcome of an attempt that we stopped, or did not start any more.
    init(of cause: StopCause) {
        self =
            switch cause {
            case .timeout: .timedOut
            case .cancel: .cancelled
            case .shutdown, .abandonment: .interrupted
            }
    }

    /// The outcome of an attempt that ended by itself, or by somebody else's doing.
    ///
    /// One that got over the loss of a process has its own exit code, and that is success.
    init(of exit: ProcessExit?, _ usage: TreeUsage?) {
        if let usage, usage.outOfMemoryKills > 0, exit?.status != .exited(code: 0) {
            self = .outOfMemory
            return
        }
        self =
            switch exit?.status {
            case .exited(let code): .exited(code: code)
            case .signalled(let signal): .signalled(signal)
            case nil: .lost
            }
    }
}
