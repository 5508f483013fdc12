/// A thread that has been inside one piece of work for too long.
public struct StuckThread: Sendable, Hashable, CustomStringConvertible {
    /// The thread's name.
    public let name: String
    /// What it does.
    public let work: String
    /// For how long it has done that.
    public let duration: Duration

    /// The rest of a sentence that begins with "the thread".
    public var description: String { "\(name) has been \(work) for \(duration.components.seconds) s" }
}
