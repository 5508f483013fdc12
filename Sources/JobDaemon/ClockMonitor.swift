import JobService
import Kernel
import Logging
import Threading

/// The monitor thread that has the ledger look at the clock when somebody set it, or the machine slept: jobs may be
/// due that would not have been yet.
final class ClockMonitor: Sendable {
    private let service: JobService
    private let logger: Logger

    init(service: JobService, logger: Logger) {
        self.service = service
        self.logger = logger
    }

    /// The body of the thread; it never returns, unless the kernel refuses.
    func run() {
        do {
            let change = try ClockChange()
            while true {
                try change.wait()
                logger.log(
                    .clockChanged, .notice,
                    "the wall clock was set, or the machine slept: looking for jobs that are due")
                _ = service.ping()
            }
        } catch {
            logger.error("jobs may start late when the clock is set: changes of it cannot be watched: \(error)")
        }
    }
}
