internal import Glibc

/// A POSIX mutex at a fixed address, destroyed by whoever made it.
///
/// It checks for errors: locking twice from one thread, or unlocking another thread's lock, is a trap with a
/// sentence instead of a hang. The check is one comparison, and a hang in the field costs more than that.
///
/// Not the standard library's `Mutex`: a condition variable needs the raw mutex, and on Linux the thread sanitizer
/// does not see that one's hand-overs.
@safe @usableFromInline struct NativeMutex: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<pthread_mutex_t>

    @usableFromInline init() {
        unsafe pointer = .allocate(capacity: 1)
        unsafe pointer.initialize(to: pthread_mutex_t())
        var attributes = pthread_mutexattr_t()
        unsafe pthread_mutexattr_init(&attributes)
        unsafe pthread_mutexattr_settype(&attributes, Int32(PTHREAD_MUTEX_ERRORCHECK))
        let error = unsafe pthread_mutex_init(pointer, &attributes)
        precondition(error == 0, "pthread_mutex_init failed with error \(error)")
        unsafe pthread_mutexattr_destroy(&attributes)
    }

    @usableFromInline func destroy() {
        let error = unsafe pthread_mutex_destroy(pointer)
        precondition(error == 0, "A lock was destroyed while a thread held it")
        unsafe pointer.deallocate()
    }

    @usableFromInline func lock() {
        let error = unsafe pthread_mutex_lock(pointer)
        precondition(error == 0, "This thread already holds the lock: a body run under a lock asked for it again")
    }

    @usableFromInline func unlock() {
        let error = unsafe pthread_mutex_unlock(pointer)
        precondition(error == 0, "A lock was released by a thread that does not hold it")
    }
}
