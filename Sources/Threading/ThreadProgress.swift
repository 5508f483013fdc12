/// What a watched thread is busy with: one piece of work since some time, or nothing while it waits.
///
/// A thread that waits is not stuck, however long; one that has been inside one piece of work for longer than such a
/// piece may take is. So a thread marks its work and not its waits, and nobody has to wake it to learn how it is:
///
/// ```swift
/// register.watch("ledger") {
///     while let batch = queue.get() {
///         ThreadProgress.during("storing") { store(batch) }
///     }
/// }
/// ```
public final class ThreadProgress: Sendable {
    private struct State {
        /// From the outermost piece to the innermost.
        var work: [StaticString] = []
        var since = Deadline.never
        var finished = 0
    }

    /// The thread's name.
    public let name: String

    private let state = Monitor(State())
    private let onWork: (@Sendable (String) -> Void)?

    private static let current = ThreadLocal<ThreadProgress?> { nil }

    init(name: String, onWork: (@Sendable (String) -> Void)?) {
        self.name = name
        self.onWork = onWork
    }

    /// Runs `body` as a piece of work of the calling thread; only runs it, where nobody watches that thread.
    ///
    /// A piece inside another one is progress of that one: its time begins anew.
    ///
    /// - Parameter work: what it does, as in "has been storing for 20 s".
    public static func during<Result, Failure: Error>(
        _ work: StaticString, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard let progress = current.value else { return try body() }
        progress.begin(work)
        defer { progress.end() }
        return try body()
    }

    /// The thread begins a piece of work; for where it cannot be a body.
    public func begin(_ work: StaticString) {
        state.withLock { state in
            state.work.append(work)
            state.since = .now
        }
        onWork?(name)
    }

    /// The thread has finished the piece that it began last.
    public func end() {
        state.withLock { state in
            _ = state.work.popLast()
            state.since = .now
            state.finished += 1
        }
    }

    /// How many pieces it has finished.
    public var finished: Int { state.withLock { $0.finished } }

    /// What it has been busy with for longer than this; `nil` where it waits, or made progress since.
    func stuck(longerThan allowed: Duration) -> StuckThread? {
        state.withLock { state in
            guard let work = state.work.last, state.since.advanced(by: allowed).isPast else { return nil }
            return StuckThread(name: name, work: "\(work)", duration: state.since.elapsed)
        }
    }

    func run<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        let before = Self.current.value
        Self.current.value = self
        defer { Self.current.value = before }
        return try body()
    }
}
