import Glibc

/// The time of a processor that a thread has used.
package enum ThreadTime {
    /// What the calling thread has used up to now.
    package static var used: Duration { time(of: CLOCK_THREAD_CPUTIME_ID) }

    /// What the calling thread has used, for other threads to read, and only as long as it lives
    /// (pthread_getcpuclockid(3)).
    package static func clock() -> @Sendable () -> Duration {
        var clock: clockid_t = 0
        unsafe pthread_getcpuclockid(pthread_self(), &clock)
        return { [clock] in time(of: clock) }
    }

    private static func time(of clock: clockid_t) -> Duration {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
