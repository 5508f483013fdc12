package import JobRunner
package import Jobs

/// An attempt that a worker is to run: it is in the store as running.
package struct Claim: Sendable {
    package let job: Job
    package let order: AttemptOrder
    package let control = AttemptControl()

    init(job: Job, attempt: Int, settings: QueueSettings) {
        self.job = job
        order = AttemptOrder(
            id: AttemptID(job: job.id, number: attempt), command: job.spec.command, name: job.spec.name,
            queue: job.spec.queue,
            submitter: job.submitter, mayGainPrivileges: settings.mayGainPrivileges,
            timeout: job.spec.timeout ?? settings.timeout,
            killAfter: job.spec.killAfter ?? settings.killAfter,
            killAfterAtShutdown: min(job.spec.killAfter ?? settings.killAfter, settings.killAfter),
            outputLimit: settings.outputLimit)
    }
}
