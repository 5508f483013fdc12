package import Jobs

/// Why the service did not do what it was asked.
package enum ServiceError: Error, Hashable, Sendable {
    /// A job of a submit cannot be, and so none was stored: which one, counted from 0, and why.
    case refused(SubmitRefusal, index: Int)
    /// No queue of that name is configured.
    case noSuchQueue(QueueName, known: [QueueName])
    /// A queue cannot have that setting: which one, and why.
    case badSetting(String, problem: String)
    /// There is too little room on the disk: nothing of it was stored. Repeat it when there is more.
    case noSpace(SpaceShortage)
    /// The daemon stops; ask again when it is back.
    case shuttingDown
    /// Storage failed and the daemon stops. Whether the request was carried out is unknown: repeat it with its token.
    case outcomeUnknown(String)
}
