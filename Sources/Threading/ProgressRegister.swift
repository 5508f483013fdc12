/// The threads of which somebody wants to know that they come round.
///
/// Watching costs a thread nothing while it waits: it is asked, not woken.
public final class ProgressRegister: Sendable {
    private let threads = Monitor<[ThreadProgress]>([])
    private let onWork: (@Sendable (String) -> Void)?

    /// A register without threads.
    ///
    /// - Parameter onWork: runs as each piece of work begins, on its thread, with the thread's name: a test can hold it
    ///   up there.
    public init(onWork: (@Sendable (String) -> Void)? = nil) {
        self.onWork = onWork
    }

    /// Watches the calling thread while `body` runs.
    ///
    /// - Parameter name: the thread's name.
    public func watch<Result, Failure: Error>(
        _ name: String, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let progress = add(name)
        defer { threads.withLock { $0.removeAll { $0 === progress } } }
        return try progress.run(body)
    }

    /// Watches a thread for good that says by itself when it begins and ends a piece of work.
    public func add(_ name: String) -> ThreadProgress {
        let progress = ThreadProgress(name: name, onWork: onWork)
        threads.withLock { $0.append(progress) }
        return progress
    }

    /// The threads that have been inside one piece of work for longer than this, by name.
    public func stuck(longerThan allowed: Duration) -> [StuckThread] {
        threads.withLock { $0 }.compactMap { $0.stuck(longerThan: allowed) }.sorted { $0.name < $1.name }
    }

    /// How many pieces of work the threads of that name have finished.
    public func finished(by name: String) -> Int {
        threads.withLock { $0 }.filter { $0.name == name }.reduce(0) { $0 + $1.finished }
    }
}
