package import JobRunner
package import Jobs

/// An attempt that a worker is to run: it is in the store as running.
package struct Claim: Sendable {
    package let job: Job
    package let order: AttemptOrder
    package let control = AttemptControl()

    /// - Parameter ready: since when it could start.
    init(
        job: Job, attempt: Int, settings: QueueSettings, rules: StartRules, attachments: Attachments, ready: Timestamp?
    ) {
        self.job = job
        order = AttemptOrder(
            id: AttemptID(job: job.id, number: attempt), command: job.spec.command, name: job.spec.name,
            queue: job.spec.queue, submitter: job.submitter, surroundings: job.spec.surroundings,
            attachments: attachments, resources: rules.resources(for: job.spec, in: settings),
            isolation: job.spec.isolation ?? settings.isolation, properties: job.spec.properties,
            mayGainPrivileges: settings.mayGainPrivileges, mayBeRoot: rules.mayBeRoot,
            timeout: job.spec.timeout ?? settings.timeout, killSignal: job.spec.killSignal ?? .terminate,
            killAfter: job.spec.killAfter ?? settings.killAfter,
            killAfterAtShutdown: min(job.spec.killAfter ?? settings.killAfter, settings.killAfter),
            outputLimit: settings.outputLimit, ready: ready)
    }
}
