package import JobRunner
package import Jobs

/// An attempt that a worker is to run: it is in the store as running.
package struct Claim: Sendable {
    package let job: Job
    package let order: AttemptOrder
    package let control: AttemptControl
    /// What the worker before has let go of; `nil` where the attempt has not started.
    package var detached: DetachedAttempt?

    /// - Parameter ready: since when it could start.
    init(
        job: Job, attempt: Int, settings: QueueSettings, rules: StartRules, attachments: Attachments, ready: Timestamp?
    ) {
        self.job = job
        control = AttemptControl()
        let spec = job.spec
        order = AttemptOrder(
            id: AttemptID(job: job.id, number: attempt), command: spec.command, name: spec.name,
            queue: spec.queue, submitter: job.submitter, surroundings: spec.surroundings,
            attachments: attachments, resources: rules.resources(for: spec, in: settings),
            isolation: spec.isolation ?? settings.isolation, properties: spec.properties,
            mayGainPrivileges: settings.mayGainPrivileges, mayBeRoot: rules.mayBeRoot,
            timeout: spec.timeout ?? settings.timeout, killSignal: spec.killSignal ?? .terminate,
            killAfter: spec.killAfter ?? settings.killAfter,
            killAfterAtShutdown: min(spec.killAfter ?? settings.killAfter, settings.killAfter),
            outputLimit: settings.outputLimit, ready: ready)
    }

    /// A claim that goes on with what was let go of.
    init(_ claim: Claim, going run: DetachedRun) {
        job = claim.job
        order = claim.order.on(run.terms)
        control = AttemptControl(run.requests)
        detached = run.attempt
    }
}
