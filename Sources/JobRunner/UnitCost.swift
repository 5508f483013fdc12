import Jobs
import Systemd

extension Cost {
    /// What a unit used, as its manager counted it.
    ///
    /// systemd tells the processor time as a whole: all of it is given as the user's. The peak of memory is known from
    /// systemd 256 on.
    init(of unit: String, from manager: SystemdConnection, ready: Timestamp?) {
        /// The manager's word for "not known" is the largest number.
        func number(_ name: String) -> Int64? {
            guard let value = try? manager.serviceProperty(name, of: unit).unsigned else { return nil }
            return value == .max ? nil : Int64(exactly: value)
        }
        self.init(userTime: .nanoseconds(number("CPUUsageNSec") ?? 0), systemTime: .zero)
        peakMemory = number("MemoryPeak")
        readBytes = number("IOReadBytes")
        writtenBytes = number("IOWriteBytes")
        let started = number("ExecMainStartTimestampMonotonic") ?? 0
        let ended = number("ExecMainExitTimestampMonotonic") ?? 0
        if started > 0, ended >= started { wallTime = .microseconds(ended - started) }
        if let ready, let at = number("ExecMainStartTimestamp"), at > 0 {
            startLatency = .nanoseconds(max(0, at * 1_000 - ready.nanoseconds))
        }
    }
}
