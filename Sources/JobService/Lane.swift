import JobRunner
import Jobs
import Threading

/// A queue as it runs: its settings, its claimed attempts, and the workers that take them.
final class Lane: Sendable {
    let settings: QueueSettings
    /// Claims on their way to a worker: never more than there are workers.
    let claims = Queue<Claim>()

    init(settings: QueueSettings) {
        self.settings = settings
    }
}

/// An attempt that a worker is to run: it is in the store as running.
struct Claim: Sendable {
    let job: Job
    let order: AttemptOrder
    let control: AttemptControl

    init(job: Job, attempt: Int, settings: QueueSettings) {
        self.job = job
        order = AttemptOrder(
            id: AttemptID(job: job.id, number: attempt), command: job.spec.command, name: job.spec.name,
            queue: job.spec.queue,
            submitter: job.submitter, timeout: job.spec.timeout ?? settings.timeout,
            killAfter: job.spec.killAfter ?? settings.killAfter,
            killAfterAtShutdown: min(job.spec.killAfter ?? settings.killAfter, settings.killAfter),
            outputLimit: settings.outputLimit)
        control = AttemptControl()
    }
}
