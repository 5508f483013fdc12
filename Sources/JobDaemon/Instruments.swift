import JobProtocol
import JobRunner
import JobService
import JobStore
import JobStoreSQLite
import Jobs
import Kernel
import Systemd
import Threading

/// Tells how the daemon is: for its status, its examination and its metrics.
struct Instruments: Sendable {
    let store: SQLiteJobStore
    let usage: UsageReader
    let problems: RecentProblems
    let service: JobService
    let started: Timestamp
    let isDraining: Event
    /// Bytes that must be free before anything new is stored or started: those of the start.
    let keepFree: Int64

    /// All metrics of this moment, as text.
    func metrics() throws -> String {
        try MetricsReport(
            version: Version.text, started: started, now: .now, isDraining: isDraining.isSet, totals: service.totals,
            counts: service.counts(), queues: service.queues, usage: usage.read(keepFree: keepFree),
            processorTime: OwnProcess.usage().processorTime,
            watchdog: ((try? WatchdogInterval.asked()) ?? nil)?.timeout
        ).text
    }
}
