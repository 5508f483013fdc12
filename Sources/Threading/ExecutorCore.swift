internal import Synchronization

/// What an executor and its threads have in common.
///
/// The threads keep it alive, so an executor can be dropped while they finish.
@usableFromInline final class ExecutorCore: Sendable {
    private struct State: Sendable {
        var workers: [DaemonThread] = []
        /// Units that were taken in and have no result yet.
        ///
        /// Counted only until all workers are there.
        var unfinished = 0
        var isShutDown = false
        /// What the start hook threw.
        var broken: (any Error)?
        /// The ends that workers wait for: see ``ExecutorCore/blockWorker(on:)``.
        var awaited: [Int: @Sendable () -> Bool] = [:]
        var lastTicket = 0
    }

    let maxWorkers: Int
    private let namePrefix: String
    private let onThreadStart: @Sendable () throws -> Void
    private let onStartFailure: @Sendable (ThreadError) -> Void
    private let pending: Queue<AnyFuture>
    private let state = Monitor(State())
    // Whether each submission has to see whether it needs one more worker.
    private let isGrowing = Atomic(true)

    init(
        maxWorkers: Int, namePrefix: String, backlog: Int?, onThreadStart: @escaping @Sendable () throws -> Void,
        onStartFailure: @escaping @Sendable (ThreadError) -> Void
    ) {
        precondition(maxWorkers > 0, "An executor needs at least 1 worker, not \(maxWorkers)")
        self.maxWorkers = maxWorkers
        self.namePrefix = namePrefix
        self.onThreadStart = onThreadStart
        self.onStartFailure = onStartFailure
        pending = Queue(capacity: backlog)
    }

    // MARK: Taking work

    @usableFromInline func submit(_ unit: AnyFuture, until deadline: Deadline) throws {
        if isGrowing.load(ordering: .acquiring) { try growIfNeeded() }
        do {
            try pending.put(unit, until: deadline)
        } catch {
            if isGrowing.load(ordering: .acquiring) { state.withLock { $0.unfinished -= 1 } }
            switch error {
            case .timedOut: throw ExecutorError.timedOut
            case .stopRequested: throw ExecutorError.stopRequested
            case .shutDown, .tooManyTaskDone: throw refusal
            }
        }
    }

    private var refusal: ExecutorError { state.withLock { $0.broken }.map { .broken($0) } ?? .shutDown }

    /// Counts one more unit, and starts a worker when all those that run are busy with earlier ones.
    private func growIfNeeded() throws {
        let failure = try state.withLock { state throws -> ThreadError? in
            if state.isShutDown { throw state.broken.map { ExecutorError.broken($0) } ?? .shutDown }
            state.unfinished += 1
            guard state.unfinished > state.workers.count, state.workers.count < maxWorkers else { return nil }
            do throws(ThreadError) {
                let name = "\(namePrefix)-\(state.workers.count + 1)"
                state.workers.append(try DaemonThread(name: name, executor: self) { self.work() })
            } catch {
                // Those that run already will get to it; with none there would be nobody.
                if !state.workers.isEmpty { return error }
                state.unfinished -= 1
                throw error
            }
            if state.workers.count == maxWorkers { isGrowing.store(false, ordering: .releasing) }
            return nil
        }
        if let failure { onStartFailure(failure) }
    }

    // MARK: Working

    /// A worker's whole life.
    private func work() {
        do {
            try onThreadStart()
        } catch {
            return breakDown(because: error)
        }
        // No closure of ours goes along: it would hold a reference, and all workers would count it up and down in one
        // place, for each unit.
        for unit in pending {
            let hasOutcome = unit.compute()
            // Before the result is known: whoever submits because of it finds this worker free.
            didFinish()
            if hasOutcome { unit.finish() }
        }
    }

    private func didFinish() {
        if isGrowing.load(ordering: .acquiring) { state.withLock { $0.unfinished -= 1 } }
    }

    /// Without its hook a worker must not work, and without workers nothing must wait.
    private func breakDown(because error: any Error) {
        state.withLock { $0.broken = $0.broken ?? error }
        shutDown(dropping: ExecutorError.broken(error))
    }

    // MARK: Ending

    func shutDown(cancelPending: Bool) {
        if cancelPending { shutDown(dropping: nil) } else { close() }
    }

    private func close() {
        state.withLock { $0.isShutDown = true }
        pending.shutDown()
    }

    private func shutDown(dropping error: (any Error)?) {
        close()
        while let unit = try? pending.tryGet() {
            if let error { unit.drop(because: error) } else { unit.cancel() }
        }
    }

    func join() {
        for worker in state.withLock({ $0.workers }) { worker.join() }
        state.withLock { $0.workers.removeAll() }
    }

    // MARK: Workers that wait for their own executor

    /// Notes that the calling worker is about to wait, without a deadline, for a future of this executor.
    ///
    /// - Returns: a ticket for ``unblockWorker(_:)``; `nil` when the caller is no worker of this executor.
    /// - Throws: ``FutureError/wouldDeadlock`` when each of its workers waits like that for something that has not come:
    ///   none is left to bring it.
    func blockWorker(on future: AnyFuture) throws(FutureError) -> Int? {
        guard ThreadShared.current?.executor === self else { return nil }
        return try state.withLock { state throws(FutureError) in
            // A wait whose end has come will go on by itself, however long its thread takes to wake.
            let hopeless = state.awaited.values.count { isDone in !isDone() }
            guard hopeless + 1 < maxWorkers else { throw .wouldDeadlock }
            state.lastTicket += 1
            state.awaited[state.lastTicket] = { future.isDone }
            return state.lastTicket
        }
    }

    func unblockWorker(_ ticket: Int) { state.withLock { _ = $0.awaited.removeValue(forKey: ticket) } }
}
