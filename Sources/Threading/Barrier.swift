/// Lets a fixed number of threads wait for each other, again and again.
public final class Barrier: Sendable {
    /// Why a thread did not pass the barrier together with the others.
    public enum Failure: Error, Hashable {
        /// Somebody gave up: the deadline of one thread passed, it was asked to stop, its action threw, or
        /// ``Barrier/abort()`` was called.
        ///
        /// Nobody passes until ``Barrier/reset()``.
        case broken
    }

    private struct State {
        var arrived = 0
        /// Counts the crowds that have passed or were sent away.
        var round = 0
        var isBroken = false
        /// The round that was broken or reset while threads waited in it.
        var lostRound: Int?
    }

    private let state = Monitor(State())
    private let changed = Condition()
    private let action: @Sendable () throws -> Void

    /// How many threads have to be there.
    public let parties: Int

    /// Makes a barrier.
    ///
    /// - Parameters:
    ///   - parties: how many threads have to be there before any passes; at least 1.
    ///   - action: run by the last to come, before the others are let through. When it throws, the barrier is broken.
    public init(parties: Int, action: @escaping @Sendable () throws -> Void = {}) {
        precondition(parties > 0, "A barrier needs at least 1 party, not \(parties)")
        self.parties = parties
        self.action = action
    }

    /// Waits until all are there.
    ///
    /// - Returns: in which place this thread came: 0 for the first, `parties - 1` for the last.
    /// - Throws: ``Failure/broken``; the thread whose action threw gets that error.
    @discardableResult public func wait(until deadline: Deadline = .never) throws -> Int {
        let (place, round) = try state.withLock { state throws(Failure) in
            if state.isBroken { throw .broken }
            state.arrived += 1
            return (state.arrived - 1, state.round)
        }
        if place == parties - 1 {
            do { try action() } catch {
                abort()
                throw error
            }
            try pass(round)
            return place
        }
        let isThrough = try state.wait(on: changed, until: deadline) { state throws(Failure) -> Bool? in
            if state.lostRound == round { throw .broken }
            if state.isBroken, state.round == round { throw .broken }
            return state.round > round ? true : nil
        }
        guard isThrough != nil else {
            abort()
            throw Failure.broken
        }
        return place
    }

    /// Lets a complete crowd through, unless it was sent away while the action ran.
    private func pass(_ round: Int) throws(Failure) {
        try state.withLock { state throws(Failure) in
            guard !state.isBroken, state.round == round else { throw .broken }
            state.round += 1
            state.arrived = 0
        }
        changed.broadcast()
    }

    /// Breaks the barrier: who waits gets ``Failure/broken``, and who comes, until ``reset()``.
    public func abort() {
        state.withLock { $0.isBroken = true }
        changed.broadcast()
    }

    /// Makes the barrier as new.
    ///
    /// Who waits at this moment gets ``Failure/broken``.
    public func reset() {
        state.withLock { state in
            if state.arrived > 0 { state.lostRound = state.round }
            state.round += 1
            state.arrived = 0
            state.isBroken = false
        }
        changed.broadcast()
    }

    /// How many threads wait at present.
    public var waiting: Int { state.withLock { $0.isBroken ? 0 : $0.arrived } }

    /// Whether nobody passes until ``reset()``.
    public var isBroken: Bool { state.withLock { $0.isBroken } }
}
