import CLinux
import Kernel

/// A start of a program that has not come back yet: where the kernel puts the child's pidfd.
///
/// The thread that starts the program sleeps until the child has executed it, so others learn the number from here.
///
/// Unchecked, because the compiler cannot see who writes the number: the kernel does, once, before `clone3` lets the
/// child run; others only send it a signal, which tolerates any value; and it is taken away by the last who knows of it.
@safe
final class PendingSpawn: @unchecked Sendable {
    /// -1 until the child is born.
    let pidfd: UnsafeMutablePointer<Int32>

    init() {
        unsafe pidfd = .allocate(capacity: 1)
        unsafe pidfd.initialize(to: -1)
    }

    deinit {
        _ = takeDescriptor()
        unsafe pidfd.deallocate()
    }

    /// Kills the child.
    ///
    /// - Returns: `false` where there is none yet or no more.
    func kill() -> Bool { unsafe linux_spawn_kill(pidfd) == 0 }

    /// Gives the child's pidfd away; `nil` where no child was born.
    ///
    /// For the thread that starts the program, when it is back and no other knows of the start.
    func takeDescriptor() -> Descriptor? {
        guard unsafe pidfd.pointee >= 0 else { return nil }
        defer { unsafe pidfd.pointee = -1 }
        return unsafe Descriptor(owning: pidfd.pointee)
    }
}
