internal import Glibc

/// Why a thread could not be started.
public struct ThreadError: Error, Hashable, CustomStringConvertible {
    /// The error number that the system gave: `EAGAIN` when the machine, the user or the control group has no room for
    /// another thread (or no memory for its stack), `EINVAL` when the stack size is not one that it accepts.
    public let code: Int32

    /// The name that the thread was to have.
    public let name: String

    /// One sentence for a log.
    public var description: String {
        "The thread \"\(name)\" could not be started: \(unsafe String(cString: strerror(code))) (error \(code))"
    }
}
