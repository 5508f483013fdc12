import CLinux
import Glibc

/// Tells when the wall clock was set, or went on after the machine had slept.
///
/// Source: timerfd_create(2), TFD_TIMER_CANCEL_ON_SET: a timer of the wall clock whose read fails with ECANCELED when
/// the clock is set. The timer itself never fires.
package struct ClockChange: ~Copyable {
    private let timer: Descriptor

    package init() throws(SystemError) {
        timer = Descriptor(owning: try systemCall("timerfd_create") { linux_timerfd_for_clock_changes() })
    }

    /// Waits until the wall clock was set since the last wait.
    package func wait() throws(SystemError) {
        do {
            var buffer = [UInt8](repeating: 0, count: 8)
            while true { _ = try timer.read(into: &buffer) }
        } catch {
            guard error.code == ECANCELED else { throw error }
        }
    }
}
