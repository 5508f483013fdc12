/// Runs work on a bounded number of threads of its own and gives a ``Future`` for each piece.
///
/// Threads are started when there is work for which no thread is free, up to `maxWorkers`, and then kept. Work is
/// started in the order in which it was submitted. Dropping the executor lets what was submitted finish, and then its
/// threads end.
///
/// ```swift
/// let sizes = try withThreadPool(maxWorkers: 8) { pool in
///     try pool.map(paths) { path in try size(of: path) }.map { try $0.get() }
/// }
/// ```
public final class ThreadPoolExecutor: Sendable {
    @usableFromInline let core: ExecutorCore

    /// Makes an executor without starting a thread.
    ///
    /// - Parameters:
    ///   - maxWorkers: the most threads it may have; at least 1.
    ///   - namePrefix: threads are called `namePrefix-1`, `namePrefix-2`, …
    ///   - backlog: how many pieces of work may wait for a thread before ``submit(until:_:)`` has to wait; at least 1.
    ///     `nil` for no bound.
    ///   - onThreadStart: run by each thread before its first work. When it throws, the executor is broken: what waits
    ///     fails with ``ExecutorError/broken(_:)``, and so does every later submission.
    ///   - onStartFailure: told when the system refuses a thread while others run already; work then goes on with
    ///     those. (When it refuses the first one, ``submit(until:_:)`` throws.)
    public init(
        maxWorkers: Int, namePrefix: String = "pool", backlog: Int? = nil,
        onThreadStart: @escaping @Sendable () throws -> Void = {},
        onStartFailure: @escaping @Sendable (ThreadError) -> Void = { _ in }
    ) {
        core = ExecutorCore(
            maxWorkers: maxWorkers, namePrefix: namePrefix, backlog: backlog, onThreadStart: onThreadStart,
            onStartFailure: onStartFailure)
    }

    deinit { core.shutDown(cancelPending: false) }

    /// The most threads that it may have.
    public var maxWorkers: Int { core.maxWorkers }

    /// Has `body` run by one of the threads.
    ///
    /// Inside `body`, waiting for other work of the same executor needs a thread that is free to do that work. When all
    /// threads wait like that, without a deadline, the last one to do so gets ``FutureError/wouldDeadlock``. The same
    /// cycle over two executors is not noticed.
    ///
    /// - Parameters:
    ///   - deadline: how long to wait while the backlog is full.
    ///   - body: the work.
    /// - Returns: the future of what `body` returns or throws.
    /// - Throws: ``ExecutorError``; ``ThreadError`` when not even one thread could be started.
    @inlinable @discardableResult public func submit<R: Sendable>(
        until deadline: Deadline = .never, _ body: consuming @escaping @Sendable () throws -> R
    ) throws -> Future<R> {
        let future = Future(executor: ObjectIdentifier(core), body)
        try core.submit(future, until: deadline)
        return future
    }

    /// Takes no more work.
    ///
    /// What was submitted before is finished, unless it is cancelled here.
    ///
    /// - Parameters:
    ///   - wait: returns only when all threads have ended. Not from one of the executor's own threads: that is a trap.
    ///   - cancelPending: cancels what has not begun.
    public func shutDown(wait: Bool = true, cancelPending: Bool = false) {
        core.shutDown(cancelPending: cancelPending)
        if wait { core.join() }
    }
}

/// Runs `body` with an executor of its own; when this returns or throws, all work is done and all threads have ended.
///
/// - Parameters: as for ``ThreadPoolExecutor/init(maxWorkers:namePrefix:backlog:onThreadStart:onStartFailure:)``.
public func withThreadPool<R, E: Error>(
    maxWorkers: Int, namePrefix: String = "pool", backlog: Int? = nil,
    _ body: (ThreadPoolExecutor) throws(E) -> R
) throws(E) -> R {
    let pool = ThreadPoolExecutor(maxWorkers: maxWorkers, namePrefix: namePrefix, backlog: backlog)
    defer { pool.shutDown() }
    return try body(pool)
}
