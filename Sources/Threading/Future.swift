/// A result that some thread will supply.
///
/// Any number of threads may wait for it, with or without a deadline, and callbacks may be added to it. It comes from a
/// ``Promise`` or from ``ThreadPoolExecutor/submit(until:_:)``.
public final class Future<Value: Sendable>: AnyFuture, @unchecked Sendable {
    // These two are written by the one thread that the state allows to, before the state says "done", and read after
    // that.
    @exclusivity(unchecked) @usableFromInline var value = InlineSlot<Value>()
    @exclusivity(unchecked) @usableFromInline var failure: (any Error)?
    // What an executor is to run. Touched only by whoever moved the state out of `pending`.
    @exclusivity(unchecked) @usableFromInline var body: (@Sendable () throws -> Value)?

    init() { super.init(executor: nil, work: nil) }

    /// Makes a future whose outcome an executor computes.
    @inlinable init(executor: ObjectIdentifier, _ body: consuming @escaping @Sendable () throws -> Value) {
        unsafe self.body = body
        // Written where the type is known, so that running it needs nothing to be looked up, and without captures, so
        // that it needs no memory.
        super.init(executor: executor) { future in unsafe unsafeDowncast(future, to: Future<Value>.self).work() }
    }

    deinit { unsafe value.destroy() }

    @inlinable func work() {
        // Moved out, so that what the work held goes away here, before anybody can know that it is done.
        guard let body = unsafe body.take() else { return }
        do {
            unsafe value.fill(try body())
        } catch {
            unsafe failure = error
        }
    }

    /// Waits for the result.
    ///
    /// - Returns: the value.
    /// - Throws: what the work threw, or ``FutureError``: `cancelled`, `abandoned`, `timedOut` when the deadline passed
    ///   first (the future then goes on, and may be asked again), `stopRequested`, `wouldDeadlock`.
    @inlinable public func result(until deadline: Deadline = .never) throws -> Value {
        try waitForEnd(until: deadline)
        if let value = unsafe value.read() { return value }
        throw unsafe failure ?? FutureError.cancelled
    }

    /// Has `callback` called with the result, once.
    ///
    /// Callbacks are called one after the other in the order in which they were added, by the thread that supplies the
    /// result; one added after that is called at once by the thread that adds it, or, while earlier ones are still
    /// being called, after them by the thread that does so. A callback must not block for long.
    public func whenDone(_ callback: @escaping @Sendable (Result<Value, any Error>) -> Void) {
        observe { callback(self.finalOutcome) }
    }

    override var isFailure: Bool { unsafe !value.isFilled }

    /// What it came to.
    ///
    /// Only once it is done.
    private var finalOutcome: Result<Value, any Error> {
        unsafe value.read().map { .success($0) } ?? .failure(failure ?? FutureError.cancelled)
    }

    /// Supplies the outcome.
    ///
    /// `false` when the future was cancelled before.
    func resolve(_ outcome: Result<Value, any Error>) -> Bool {
        guard settle() else { return false }
        switch outcome {
        case .success(let value): unsafe self.value.fill(value)
        case .failure(let error): unsafe failure = error
        }
        finish()
        return true
    }

    override func drop(because error: any Error) {
        guard settleIfOpen() else { return }
        forgetWork()
        unsafe failure = error
        finish()
    }

    override func forgetWork() { unsafe body = nil }
}
