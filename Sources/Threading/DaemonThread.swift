internal import CLinux
internal import Glibc

/// A real thread with a name, started at once, that may be waited for.
///
/// "Daemon" has one exact meaning: the program does not wait for this thread when it exits. Returning from `main` or
/// calling `exit` ends the process with the thread wherever it was; so a thread that must finish its work is joined
/// first. Dropping the last reference to a `DaemonThread` lets the thread run on by itself.
///
/// All signals are blocked in it from its first instruction on. Signals belong to the thread that asks for them.
@safe public final class DaemonThread: Sendable {
    private let shared: ThreadShared
    private let handle: Monitor<pthread_t?>

    /// The name given at the start.
    ///
    /// What ps, top and gdb show are its first 15 bytes, cut between characters.
    public var name: String { shared.name }

    /// Starts a thread that runs `body` and ends.
    ///
    /// - Parameters:
    ///   - name: what ps and gdb show; the kernel keeps 15 bytes of UTF-8, and longer names are cut for it.
    ///   - stackSize: in bytes, at least 16 KiB; `nil` takes the system's default (8 MiB of address space as a rule,
    ///     of which only what is touched takes memory).
    ///   - body: what the thread does.
    /// - Throws: ``ThreadError`` when the system refuses another thread.
    public convenience init(
        name: String, stackSize: Int? = nil, _ body: @escaping @Sendable () -> Void
    ) throws(ThreadError) {
        try self.init(name: name, stackSize: stackSize, executor: nil, body)
    }

    init(
        name: String, stackSize: Int? = nil, executor: ExecutorCore?, _ body: @escaping @Sendable () -> Void
    ) throws(ThreadError) {
        let shared = ThreadShared(name: name, executor: executor)
        let argument = unsafe Unmanaged.passRetained(ThreadStart(shared: shared, body: body))
        var thread = pthread_t()
        let error = unsafe cthreads_start(
            &thread, stackSize ?? 0, { unsafe ThreadStart.enter($0) }, argument.toOpaque())
        guard error == 0 else {
            unsafe argument.release()
            throw ThreadError(code: error, name: name)
        }
        self.shared = shared
        handle = Monitor(thread)
    }

    deinit {
        if let thread = handle.withLock({ $0.take() }) { pthread_detach(thread) }
    }

    /// Waits until the thread has ended.
    ///
    /// May be called by many threads and any number of times, but not by itself: that would wait for ever, so it is a
    /// trap. A request to stop does not cut this wait short, because it has no way to say so.
    public func join() { DaemonThread.ignoringStop { _ = join(until: .never) } }

    /// Waits until the thread has ended, the deadline has passed, or the calling thread was asked to stop.
    ///
    /// - Returns: whether the thread has ended.
    @discardableResult public func join(until deadline: Deadline) -> Bool {
        precondition(ThreadShared.current !== shared, "The thread \"\(name)\" tried to join itself")
        guard shared.ended.wait(until: deadline) else { return false }
        // The body is done and the thread is on its way out: this wait is short, and after it the thread is gone.
        handle.withLock { thread in
            if let ending = thread.take() { pthread_join(ending, nil) }
        }
        return true
    }

    /// Asks the thread to stop: it is woken from the wait it is in, and later waits end at once as well.
    ///
    /// What a wait does then is what it does when its deadline passes, except that those that throw tell the
    /// difference: ``QueueError/stopRequested``, ``FutureError/stopRequested``; others return `nil` or `false`. A wait
    /// that finds what it waits for succeeds as ever, so nothing that was handed to the thread is lost. Nothing else
    /// happens: a body that neither waits nor asks ``isStopRequested`` runs to its end.
    ///
    /// Only this library's waits are woken, not a `read` or a `sleep`; and not ``join()`` or those of ``ReadWriteLock``,
    /// which promise something that would not be so.
    public func requestStop() { shared.requestStop() }

    /// Whether the thread that asks was asked to stop.
    public static var isStopRequested: Bool { ThreadShared.current?.isStopRequested ?? false }

    /// Runs `body` so that a request to stop does not cut its waits short.
    ///
    /// For what must be finished on the way out: handing in results, joining another thread.
    public static func ignoringStop<R: ~Copyable, E: Error>(_ body: () throws(E) -> R) throws(E) -> R {
        guard let thread = ThreadShared.current else { return try body() }
        thread.changeShields(by: 1)
        defer { thread.changeShields(by: -1) }
        return try body()
    }

    /// The name of the thread that asks, if it is a `DaemonThread`.
    public static var currentName: String? { ThreadShared.current?.name }
}
