package import Jobs

/// What an attempt was promised when it was claimed, and which holds on whatever is configured later.
package struct AttemptTerms: Hashable, Sendable {
    package var isolation: Isolation
    package var killAfter: Duration
    package var killAfterAtShutdown: Duration
    package var outputLimit: Int64
    package var ready: Timestamp?

    package init(
        isolation: Isolation, killAfter: Duration, killAfterAtShutdown: Duration, outputLimit: Int64,
        ready: Timestamp?
    ) {
        self.isolation = isolation
        self.killAfter = killAfter
        self.killAfterAtShutdown = killAfterAtShutdown
        self.outputLimit = outputLimit
        self.ready = ready
    }
}

extension AttemptOrder {
    package var terms: AttemptTerms {
        AttemptTerms(
            isolation: isolation, killAfter: killAfter, killAfterAtShutdown: killAfterAtShutdown,
            outputLimit: outputLimit, ready: ready)
    }

    /// The same order on other terms.
    package func on(_ terms: AttemptTerms) -> AttemptOrder {
        AttemptOrder(
            id: id, command: command, name: name, queue: queue, submitter: submitter, surroundings: surroundings,
            attachments: attachments, resources: resources, isolation: terms.isolation, properties: properties,
            mayGainPrivileges: mayGainPrivileges, mayBeRoot: mayBeRoot, timeout: timeout, killSignal: killSignal,
            killAfter: terms.killAfter, killAfterAtShutdown: terms.killAfterAtShutdown,
            outputLimit: terms.outputLimit, ready: terms.ready)
    }
}
