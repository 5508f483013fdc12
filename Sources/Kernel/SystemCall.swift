import Glibc

/// What to do when a signal interrupts a call before it did anything.
package enum Interruption {
    /// Call again: the caller has no reason to look up.
    case again
    /// Report `EINTR`: the call must not be repeated (`close`), or the caller must recompute a timeout.
    case report
}

/// Makes a system call; the one place where -1 becomes a `SystemError`.
@discardableResult
package func systemCall<Number: FixedWidthInteger & SignedInteger>(
    _ name: @autoclosure () -> String, on interruption: Interruption = .again, _ body: () -> Number
) throws(SystemError) -> Number {
    while true {
        let result = body()
        if result != -1 { return result }
        let code = errno
        if code == EINTR, interruption == .again { continue }
        throw SystemError(call: name(), code: code)
    }
}
