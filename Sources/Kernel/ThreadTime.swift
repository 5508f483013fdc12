import Glibc

/// The time of a processor that a thread has used.
package enum ThreadTime {
    /// What the calling thread has used up to now.
    package static var used: Duration {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
