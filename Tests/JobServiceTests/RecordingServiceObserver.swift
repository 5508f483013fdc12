import JobService
import Jobs
import Threading

/// Keeps what it is told, and lets a test wait for it.
final class RecordingServiceObserver: ServiceObserver {
    enum News: Hashable, Sendable {
        case started(JobID, attempt: Int)
        case attemptFailed(JobID, JobState.Name, attempt: Int, Outcome)
        case changed(JobID, Change.Cause, JobState.Name)
        case ended(JobID, JobState, attempt: Int?, Outcome?)
        case queueChanged(QueueName, QueueChange, by: UInt32)
        case spaceChanged(SpaceShortage?)
        case storageFailed(String)
    }

    private let record = Monitor<[News]>([])
    private let changed = Condition()

    var news: [News] { record.withLock { $0 } }

    var storageFailures: [String] {
        news.compactMap { if case .storageFailed(let reason) = $0 { reason } else { nil } }
    }

    // Each receipt says so.
    func jobsStored() {}

    func jobStarted(_ job: Job, attempt: Int) { add(.started(job.id, attempt: attempt)) }

    func attemptFailed(_ job: Job, attempt: Int, end: AttemptEnd) {
        add(.attemptFailed(job.id, job.state.name, attempt: attempt, end.outcome))
    }

    func jobChanged(_ job: Job, _ change: Change) { add(.changed(job.id, change.cause, change.state)) }

    func jobEnded(_ job: Job, attempt: Int?, end: AttemptEnd?) {
        add(.ended(job.id, job.state, attempt: attempt, end?.outcome))
    }

    func queueChanged(_ queue: QueueName, _ change: QueueChange, by user: UInt32) {
        add(.queueChanged(queue, change, by: user))
    }

    func spaceChanged(_ shortage: SpaceShortage?) { add(.spaceChanged(shortage)) }

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

    /// How many attempts of a job have ended.
    func ends(of job: JobID) -> Int { Self.ends(of: job, in: news) }

    private static func ends(of job: JobID, in news: [News]) -> Int {
        news.count { news in
            switch news {
            case .attemptFailed(job, _, _, _), .ended(job, _, attempt: .some, _): true
            case .started, .attemptFailed, .changed, .ended, .queueChanged, .spaceChanged, .storageFailed: false
            }
        }
    }

    /// Waits until so many attempts of a job have ended.
    func waits(forEnds count: Int, of job: JobID) -> Bool {
        record.wait(on: changed, until: .after(ServiceHarness.patience)) {
            Self.ends(of: job, in: $0) >= count ? true : nil
        } ?? false
    }

    func waitsForEnd(of job: JobID) -> Bool {
        waits { if case .ended(job, _, _, _) = $0 { true } else { false } }
    }

    func waitsForStorageFailure() -> Bool {
        waits { if case .storageFailed = $0 { true } else { false } }
    }
}
