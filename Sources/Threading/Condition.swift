internal import Glibc

/// Where threads sleep until a ``Monitor``'s state has changed.
///
/// A condition has no memory: a signal that nobody waits for is lost. That is safe because waiting threads look at the
/// state under its lock, before they sleep and after they wake. Change the state first, under the lock; signal
/// afterwards, outside it, so that the woken thread does not run into a lock that is still held.
///
/// Use each condition with one monitor only.
@safe public final class Condition: @unchecked Sendable {
    private let pointer: UnsafeMutablePointer<pthread_cond_t>

    /// Makes a condition that nobody waits on.
    public init() {
        unsafe pointer = .allocate(capacity: 1)
        unsafe pointer.initialize(to: pthread_cond_t())
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        let error = unsafe pthread_cond_init(pointer, &attributes)
        precondition(error == 0, "pthread_cond_init failed with error \(error)")
        unsafe pthread_condattr_destroy(&attributes)
    }

    deinit {
        unsafe pthread_cond_destroy(pointer)
        unsafe pointer.deallocate()
    }

    /// Wakes one of the threads that wait, if there is any.
    ///
    /// Enough when any one of them can go on with the change.
    public func signal() { unsafe pthread_cond_signal(pointer) }

    /// Wakes all threads that wait: for changes that concern more than one of them.
    public func broadcast() { unsafe pthread_cond_broadcast(pointer) }

    /// Gives up `mutex`, sleeps, and takes it again; may also return for no reason.
    ///
    /// - Parameter owner: what keeps `mutex` alive.
    /// - Returns: `false` when it is of no use to sleep again: the deadline has passed, or the thread was asked to
    ///   stop. The signal that was meant for this thread may have come all the same: look at the state once more.
    @usableFromInline func sleep(_ mutex: NativeMutex, of owner: AnyObject, until deadline: Deadline) -> Bool {
        guard let thread = ThreadShared.current else { return block(mutex, until: deadline) }
        let maySleep = thread.willSleep(.condition(self, mutex, owner: owner))
        let inTime = maySleep && block(mutex, until: deadline)
        return thread.didSleep() && inTime
    }

    private func block(_ mutex: NativeMutex, until deadline: Deadline) -> Bool {
        guard deadline != .never else {
            unsafe pthread_cond_wait(pointer, mutex.pointer)
            return true
        }
        var time = deadline.kernelTime
        return unsafe pthread_cond_timedwait(pointer, mutex.pointer, &time) != ETIMEDOUT
    }
}
