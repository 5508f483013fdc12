import JobService
import Jobs
import Threading

/// Keeps what it is told, and lets a test wait for it.
final class RecordingServiceObserver: ServiceObserver {
    enum News: Hashable, Sendable {
        case started(JobID, attempt: Int)
        case ended(JobID, JobState, attempt: Int?, Outcome?)
        case storageFailed(String)
    }

    private let record = Monitor<[News]>([])
    private let changed = Condition()

    var news: [News] { record.withLock { $0 } }

    var storageFailures: [String] {
        news.compactMap { if case .storageFailed(let reason) = $0 { reason } else { nil } }
    }

    func jobStarted(_ job: Job, attempt: Int) { add(.started(job.id, attempt: attempt)) }

    func jobEnded(_ job: Job, attempt: Int?, end: AttemptEnd?) {
        add(.ended(job.id, job.state, attempt: attempt, end?.outcome))
    }

    func storageFailed(_ reason: String) { add(.storageFailed(reason)) }

    private func add(_ news: News) {
        record.withLock { $0.append(news) }
        changed.broadcast()
    }

    /// Waits until it was told something that fits.
    func waits(for fits: (News) -> Bool) -> Bool {
        record.wait(on: changed, until: .after(ServiceHarness.patience)) { $0.contains(where: fits) ? true : nil }
            ?? false
    }

    func waitsForEnd(of job: JobID) -> Bool {
        waits { if case .ended(job, _, _, _) = $0 { true } else { false } }
    }

    func waitsForStorageFailure() -> Bool {
        waits { if case .storageFailed = $0 { true } else { false } }
    }
}
