import Glibc

/// An instant on the boot-time clock: it goes on through suspend and no clock step moves it.
package struct BootTime: Comparable, Sendable {
    /// Nanoseconds since the machine started.
    package let nanoseconds: Int64

    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// The instant of this call.
    package static var now: BootTime {
        var time = timespec()
        unsafe clock_gettime(CLOCK_BOOTTIME, &time)
        return BootTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    package static func < (left: BootTime, right: BootTime) -> Bool { left.nanoseconds < right.nanoseconds }

    package static func + (instant: BootTime, duration: Duration) -> BootTime {
        let (seconds, attoseconds) = duration.components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflow2) = instant.nanoseconds.addingReportingOverflow(whole)
        guard !overflow, !overflow2 else { return BootTime(nanoseconds: .max) }
        let (all, overflow3) = sum.addingReportingOverflow(attoseconds / 1_000_000_000)
        return BootTime(nanoseconds: overflow3 ? .max : all)
    }
}
