internal import Synchronization

/// What futures have in common whatever their result is.
///
/// Also all the code of a ``Future`` that does not touch the result: compiled once, not for each type.
public class AnyFuture: @unchecked Sendable {
    private let state = Atomic(FutureState())
    // Guarded by the stripe's lock. Most futures never have any.
    private var observers: FutureObservers?
    // What an executor is to call: it does the future's work and keeps the outcome in it.
    private let work: (@Sendable (AnyFuture) -> Void)?
    // Only to compare: a reference of each future would make all threads count in one place.
    private let executor: ObjectIdentifier?

    @usableFromInline init(executor: ObjectIdentifier?, work: (@Sendable (AnyFuture) -> Void)?) {
        self.executor = executor
        self.work = work
    }

    /// Whether there is a result, an error, or a cancellation.
    public final var isDone: Bool { state.load(ordering: .acquiring).isFinal }

    /// Whether the work has begun and not ended yet.
    public final var isRunning: Bool {
        switch state.load(ordering: .acquiring).phase {
        case .running, .settling: true
        case .pending, .done, .cancelled: false
        }
    }

    /// Whether it was cancelled in time.
    public final var isCancelled: Bool { state.load(ordering: .acquiring).phase == .cancelled }

    /// Asks that the work not be started.
    ///
    /// - Returns: `true` when it never will be (also when it was cancelled before); `false` when it runs or is done.
    @discardableResult public final func cancel() -> Bool {
        switch change({ $0.cancel() }) {
        case .cancelled:
            forgetWork()
            tell()
            return true
        case .wasCancelled: return true
        case .tooLate: return false
        }
    }

    /// Whether it has come to an error or a cancellation.
    ///
    /// Only once it is done.
    var isFailure: Bool { isCancelled }

    // MARK: Waiting

    /// Returns when the future has come to its end.
    ///
    /// - Throws: ``FutureError``: `timedOut`, `stopRequested`, `wouldDeadlock`.
    @usableFromInline final func waitForEnd(until deadline: Deadline) throws(FutureError) {
        if isDone { return }
        var backoff = Backoff()
        while backoff.pause() { if isDone { return } }
        let ticket = deadline == .never ? try noteBlockedWorker() : nil
        defer { if let ticket { ThreadShared.current?.executor?.unblockWorker(ticket) } }
        let stripe = FutureStripe.of(self)
        let end = stripe.lock.wait(on: stripe.finished, until: deadline) { _ in
            // Once this is seen, whoever brings the end comes to the stripe and wakes us.
            change { $0.observe() }
            return isDone ? true : nil
        }
        if end == nil { throw ThreadShared.isStopPending ? .stopRequested : .timedOut }
    }

    private func noteBlockedWorker() throws(FutureError) -> Int? {
        guard let worker = ThreadShared.current?.executor, ObjectIdentifier(worker) == executor else { return nil }
        return try worker.blockWorker(on: self)
    }

    /// Has `callback` called at the end, in the order described at ``Future/whenDone(_:)``.
    ///
    /// - Returns: an id for ``forget(_:)``.
    @discardableResult final func observe(_ callback: @escaping @Sendable () -> Void) -> Int {
        let stripe = FutureStripe.of(self)
        let (id, isMine) = stripe.lock.withLock { _ in
            change { $0.observe() }
            if observers == nil { observers = FutureObservers() }
            let id = observers?.add(callback) ?? 0
            return (id, isDone && startCalling())
        }
        if isMine { callObservers(stripe) }
        return id
    }

    /// Takes a callback back, if it has not been called yet.
    final func forget(_ id: Int) { FutureStripe.of(self).lock.withLock { _ in observers?.remove(id) } }

    /// Wakes who waits, then calls who left a callback.
    private func tell() {
        let stripe = FutureStripe.of(self)
        let isMine = stripe.lock.withLock { _ in startCalling() }
        stripe.finished.broadcast()
        if isMine { callObservers(stripe) }
    }

    private func startCalling() -> Bool { observers?.startCalling() ?? false }

    private func callObservers(_ stripe: FutureStripe) {
        while let callback = stripe.lock.withLock({ _ in observers?.next() }) { callback() }
    }

    // MARK: Coming to an end

    /// Says that the work starts.
    ///
    /// `false` when it was cancelled.
    final func begin() -> Bool { change { $0.begin() } }

    /// Allows the calling thread, and no other, to write the outcome.
    ///
    /// `false` when the future was cancelled.
    final func settle() -> Bool { change { $0.settle() } }

    /// As ``settle()``, but for a future that may have been settled already: then it is left alone.
    final func settleIfOpen() -> Bool { change { $0.isFinal || $0.phase == .settling ? false : $0.settle() } }

    /// Makes the outcome known that was written after ``begin()`` or ``settle()``.
    final func finish() {
        let isObserved = change { state in
            state.finish()
            return state.isObserved
        }
        if isObserved { tell() }
    }

    /// Does an executor's work and keeps the outcome, which nobody knows before ``finish()``.
    ///
    /// `false` when it was cancelled: then there is nothing to finish.
    final func compute() -> Bool {
        guard begin() else { return false }
        work?(self)
        return true
    }

    /// Ends it with an error, if it has neither begun nor ended.
    func drop(because error: any Error) { preconditionFailure("Each kind of future says how it fails") }

    /// Lets go what an executor would have run.
    ///
    /// Called by whoever moved the state out of `pending`.
    func forgetWork() {}

    /// Changes the state in one atomic step.
    ///
    /// `change` may run more than once, each time on a fresh copy.
    @discardableResult private func change<R>(_ change: (inout FutureState) -> R) -> R {
        var current = state.load(ordering: .acquiring)
        while true {
            var next = current
            let answer = change(&next)
            if next == current { return answer }
            let (isChanged, latest) = state.weakCompareExchange(
                expected: current, desired: next, ordering: .acquiringAndReleasing)
            if isChanged { return answer }
            current = latest
        }
    }
}
