package import Jobs

/// Why the service did not do what it was asked.
package enum ServiceError: Error, Hashable, Sendable {
    /// No queue of that name is configured.
    case noSuchQueue(QueueName, known: [QueueName])
    /// The user's token stands for another job already; `nil` for another one of the same submit.
    case tokenTaken(token: String, job: JobID?)
    /// The daemon stops; ask again when it is back.
    case shuttingDown
    /// Storage failed and the daemon stops. Whether the request was carried out is unknown: repeat it with its token.
    case outcomeUnknown(String)
}
