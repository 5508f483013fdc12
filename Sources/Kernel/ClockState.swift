import CLinux
import Glibc

/// How the kernel keeps the wall clock.
package enum ClockState {
    /// Whether somebody keeps it in step with other clocks (adjtimex(2)); `nil` where this process may not ask.
    package static var isSynchronised: Bool? {
        let answer = linux_clock_is_synchronised()
        return answer < 0 ? nil : answer == 1
    }

    /// When the machine started, by the wall clock of now, in seconds since 1970.
    package static var bootTime: Int64 {
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) - BootTime.now.nanoseconds / 1_000_000_000
    }
}
