internal import CLinux
internal import Glibc
internal import Synchronization

/// A number at a fixed address at which threads can sleep until it changes, by the kernel's `futex(2)`.
///
/// Much less than a ``Condition``: it knows nothing about a lock and nobody's count. A thread looks at the number, makes
/// sure that it has to sleep, and sleeps only if the number is still the same.
@safe struct FutexWord: @unchecked Sendable {
    private let pointer: UnsafeMutablePointer<Atomic<UInt32>>

    init() {
        unsafe pointer = .allocate(capacity: 1)
        unsafe pointer.initialize(to: Atomic(0))
    }

    func destroy() {
        unsafe pointer.deinitialize(count: 1)
        unsafe pointer.deallocate()
    }

    /// What ``sleep(while:until:)`` is to be given.
    var value: UInt32 { unsafe pointer.pointee.load(ordering: .acquiring) }

    /// Changes the number, so that nobody who saw it before goes to sleep any more.
    ///
    /// After 2³² changes it is what it was; nobody takes that long from looking to sleeping.
    func change() { unsafe pointer.pointee.wrappingAdd(1, ordering: .releasing) }

    /// Wakes up to `count` of those who sleep.
    func wake(_ count: Int) { unsafe cthreads_wake(pointer, Int32(clamping: count)) }

    /// Sleeps while the number is `seen`; may also return for no reason.
    ///
    /// - Returns: `false` when the deadline has passed.
    func sleep(while seen: UInt32, until deadline: Deadline) -> Bool {
        guard deadline != .never else { return unsafe cthreads_sleep(pointer, seen, nil) == 0 }
        var time = deadline.kernelTime
        return unsafe cthreads_sleep(pointer, seen, &time) == 0
    }
}
