public import Synchronization

/// All of a ``Queue`` that does not depend on the type of its elements: who may put and get where, and who sleeps.
///
/// As long as there is room to put and something to get, threads meet only in the ``Ring``. Whoever finds it full or
/// empty backs off for a few microseconds, then sleeps in a ``WaitingRoom``.
///
/// A queue without a bound (or with a very large one) starts with a small ring. When that is full it is closed and a
/// ring twice its size goes on where it ended; getters move on once they have emptied it. Old rings are kept until the
/// queue goes away, because a slow thread may still look at one; all of them together are no larger than the newest.
@safe @usableFromInline final class QueueCore: @unchecked Sendable {
    /// A claimed stretch of positions.
    @safe @usableFromInline struct Place {
        @usableFromInline let ring: UnsafeMutablePointer<Ring>
        @usableFromInline let position: UInt
        @usableFromInline let count: Int

        @inlinable init(ring: UnsafeMutablePointer<Ring>, position: UInt, count: Int) {
            unsafe self.ring = unsafe ring
            self.position = position
            self.count = count
        }
    }

    struct Structure {
        var isShutDown = false
    }

    /// Up to this capacity a ring of just that size is made at once, and bounds the queue by itself.
    private static let largestFixedSize = 16_384
    private static let firstSize = 64

    @usableFromInline let capacity: Int?
    /// Whether the ring itself does not bound the queue.
    @usableFromInline let isGrowing: Bool
    @usableFromInline let putRing: Atomic<UnsafeMutablePointer<Ring>>
    @usableFromInline let getRing: Atomic<UnsafeMutablePointer<Ring>>
    @usableFromInline let getters = WaitingRoom()
    @usableFromInline let putters = WaitingRoom()
    let firstRing: UnsafeMutablePointer<Ring>
    let elementSize: Int
    let alignment: Int
    // Positions start at 0, so the tail's is also the number of elements ever put.
    let done = PaddedCounter(0)
    let joiners = WaitingRoom()
    // Held while a ring is closed, so that nobody mistakes a full ring for a shut down queue.
    let structure = Monitor(Structure())

    init(capacity: Int?, elementSize: Int, alignment: Int) {
        self.capacity = capacity
        self.elementSize = elementSize
        self.alignment = alignment
        let size = capacity.map { min($0, Self.largestFixedSize) } ?? Self.firstSize
        isGrowing = size != capacity
        unsafe firstRing = .allocate(capacity: 1)
        unsafe firstRing.initialize(
            to: Ring(
                size: isGrowing ? Self.firstSize : size, start: 0, elementSize: elementSize, alignment: alignment))
        unsafe putRing = Atomic(firstRing)
        unsafe getRing = Atomic(firstRing)
    }

    deinit {
        var ring: UnsafeMutablePointer<Ring>? = unsafe firstRing
        while let current = unsafe ring {
            unsafe ring = Self.next(after: current, ordering: .relaxed)
            unsafe current.deinitialize(count: 1)
            unsafe current.deallocate()
        }
    }

    // MARK: Claiming

    /// Claims a position to put at.
    @inlinable func claimPut(until deadline: Deadline) throws(QueueError) -> Place {
        if !isGrowing || capacity == nil {
            let ring = unsafe putRing.load(ordering: .acquiring)
            if case .position(let position, _) = unsafe ring.pointee.claimPut() {
                return unsafe Place(ring: ring, position: position, count: 1)
            }
        }
        return try claimPutSlowly(upTo: 1, until: deadline)
    }

    /// Claims the position of the oldest element.
    @inlinable func claimGet(until deadline: Deadline) throws(QueueError) -> Place {
        let ring = unsafe getRing.load(ordering: .acquiring)
        if case .position(let position, _) = unsafe ring.pointee.claimGet() {
            return unsafe Place(ring: ring, position: position, count: 1)
        }
        return try claimGetSlowly(upTo: 1, until: deadline)
    }

    /// Claims as many positions to put at as there are, up to `limit`; waits for the first.
    @usableFromInline func claimPutSlowly(upTo limit: Int, until deadline: Deadline) throws(QueueError) -> Place {
        var wait = QueueWait(until: deadline)
        // Whoever was woken wakes the next, if there is room for that one too.
        defer { if wait.hasSlept, obstacleToPut != .blocked { putters.didAddWork(for: 1) } }
        while true {
            let ring = unsafe putRing.load(ordering: .acquiring)
            if case .position(let position, let count) = unsafe ring.pointee.claimPut(upTo: limit, below: end) {
                return unsafe Place(ring: ring, position: position, count: count)
            }
            // Where a larger ring would help there is no reason to wait.
            if !isGrowing || isFull, wait.spin() { continue }
            switch obstacleToPut {
            case .closed: throw .shutDown
            case .blocked: try wait.forOthers(in: putters, unless: { self.obstacleToPut != .blocked })
            case .busy: wait.forStep()
            case nil: if isGrowing { unsafe grow(ring) }
            }
        }
    }

    /// Claims the positions of the oldest elements, up to `limit`; waits for the first.
    @usableFromInline func claimGetSlowly(upTo limit: Int, until deadline: Deadline) throws(QueueError) -> Place {
        var wait = QueueWait(until: deadline)
        // Whoever was woken wakes the next, if there is something for that one too.
        defer { if wait.hasSlept, obstacleToGet != .blocked { getters.didAddWork(for: 1) } }
        while true {
            let ring = unsafe getRing.load(ordering: .acquiring)
            if case .position(let position, let count) = unsafe ring.pointee.claimGet(upTo: limit) {
                return unsafe Place(ring: ring, position: position, count: count)
            }
            if wait.spin() { continue }
            switch obstacleToGet {
            case .closed: guard unsafe moveOn(from: ring) else { throw .shutDown }
            case .blocked: try wait.forOthers(in: getters, unless: { self.obstacleToGet != .blocked })
            case .busy: wait.forStep()
            case nil: break
            }
        }
    }

    /// To be called after filling the cells of a claimed place.
    @inlinable func didPut(_ count: Int) { getters.didAddWork(for: count) }

    /// To be called after emptying the cells of a claimed place.
    @inlinable func didGet(_ count: Int) { putters.didAddWork(for: count) }
}
