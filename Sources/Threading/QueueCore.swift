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

    private struct Structure {
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
    private let firstRing: UnsafeMutablePointer<Ring>
    private let elementSize: Int
    private let alignment: Int
    // Positions start at 0, so the tail's is also the number of elements ever put.
    private let done = PaddedCounter(0)
    private let joiners = WaitingRoom()
    // Held while a ring is closed, so that nobody mistakes a full ring for a shut down queue.
    private let structure = Monitor(Structure())

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
        var wait = QueueWait(room: putters, deadline: deadline)
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
            case .blocked: try wait.forOthers(unless: { self.obstacleToPut != .blocked })
            case .busy: wait.forStep()
            case nil: if isGrowing { unsafe grow(ring) }
            }
        }
    }

    /// Claims the positions of the oldest elements, up to `limit`; waits for the first.
    @usableFromInline func claimGetSlowly(upTo limit: Int, until deadline: Deadline) throws(QueueError) -> Place {
        var wait = QueueWait(room: getters, deadline: deadline)
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
            case .blocked: try wait.forOthers(unless: { self.obstacleToGet != .blocked })
            case .busy: wait.forStep()
            case nil: break
            }
        }
    }

    /// To be called after filling the cells of a claimed place.
    @inlinable func didPut(_ count: Int) { getters.didAddWork(for: count) }

    /// To be called after emptying the cells of a claimed place.
    @inlinable func didGet(_ count: Int) { putters.didAddWork(for: count) }

    // MARK: Rings

    /// The first position that the capacity forbids; a fixed ring sees to that by itself.
    private var end: UInt {
        guard isGrowing, let capacity else { return Ring.closedBit }
        return unsafe getRing.load(ordering: .acquiring).pointee.head.value.load(ordering: .sequentiallyConsistent)
            + UInt(capacity)
    }

    /// Why nothing can be put; `nil` when something can, if need be in a larger ring.
    private var obstacleToPut: Ring.Obstacle? {
        guard isGrowing else { return unsafe putRing.load(ordering: .acquiring).pointee.obstacleToPut() }
        if structure.withLock({ $0.isShutDown }) { return .closed }
        return isFull ? .blocked : nil
    }

    /// Why nothing can be got.
    ///
    /// ``Ring/Obstacle/closed`` may also mean that a larger ring goes on.
    private var obstacleToGet: Ring.Obstacle? {
        unsafe getRing.load(ordering: .acquiring).pointee.obstacleToGet()
    }

    /// Replaces a full ring by one of twice its size, unless another thread has done it.
    private func grow(_ ring: UnsafeMutablePointer<Ring>) {
        structure.withLock { structure in
            guard !structure.isShutDown, unsafe putRing.load(ordering: .relaxed) == ring else { return }
            // Room may have come up meanwhile.
            guard unsafe ring.pointee.obstacleToPut() != nil else { return }
            let end = unsafe ring.pointee.close()
            let larger = UnsafeMutablePointer<Ring>.allocate(capacity: 1)
            unsafe larger.initialize(
                to: Ring(
                    size: Int(ring.pointee.size) * 2, start: end, elementSize: elementSize, alignment: alignment))
            unsafe ring.pointee.next.store(UnsafeMutableRawPointer(larger), ordering: .releasing)
            unsafe putRing.store(larger, ordering: .releasing)
        }
    }

    /// Turns getters to the ring after a closed and empty one.
    ///
    /// `false` when there is none, because of a shut-down.
    private func moveOn(from ring: UnsafeMutablePointer<Ring>) -> Bool {
        if unsafe Self.next(after: ring, ordering: .acquiring) == nil, structure.withLock({ $0.isShutDown }) {
            // Under the lock no replacement was under way: had there been one before, it would be seen now.
            guard unsafe Self.next(after: ring, ordering: .acquiring) != nil else { return false }
        }
        if let next = unsafe Self.next(after: ring, ordering: .acquiring) {
            unsafe _ = getRing.compareExchange(expected: ring, desired: next, ordering: .acquiringAndReleasing)
        }
        return true
    }

    private static func next(
        after ring: UnsafeMutablePointer<Ring>, ordering: AtomicLoadOrdering
    ) -> UnsafeMutablePointer<Ring>? {
        let next =
            switch ordering {
            case .relaxed: unsafe ring.pointee.next.load(ordering: .relaxed)
            default: unsafe ring.pointee.next.load(ordering: .acquiring)
            }
        return unsafe next?.assumingMemoryBound(to: Ring.self)
    }

    // MARK: Counting

    /// How many elements were ever put.
    private var putCount: UInt {
        unsafe putRing.load(ordering: .acquiring).pointee.tail.value.load(ordering: .sequentiallyConsistent)
            & ~Ring.closedBit
    }

    /// How many elements wait, between 0 and the capacity.
    @usableFromInline var count: Int {
        let taken = unsafe getRing.load(ordering: .acquiring).pointee.head.value.load(
            ordering: .sequentiallyConsistent)
        // More may have been put since `taken` was read than the queue ever held at once.
        return min(max(Int(bitPattern: putCount &- taken), 0), capacity ?? .max)
    }

    /// Whether a put has to wait.
    @usableFromInline var isFull: Bool { capacity.map { count >= $0 } ?? false }

    private var unfinished: UInt { putCount &- done.value.load(ordering: .sequentiallyConsistent) }

    /// Counts elements as done.
    @usableFromInline func markDone(_ count: Int = 1) throws(QueueError) {
        var finished = done.value.load(ordering: .relaxed)
        while true {
            guard putCount &- finished >= UInt(count) else { throw .tooManyTaskDone }
            let (isCounted, latest) = done.value.weakCompareExchange(
                expected: finished, desired: finished &+ UInt(count), ordering: .sequentiallyConsistent)
            if isCounted { break }
            finished = latest
        }
        wakeJoiners()
    }

    /// Waits until as many elements are done as were put.
    ///
    /// `false` when the wait ended before.
    @usableFromInline func join(until deadline: Deadline) -> Bool {
        defer { wakeJoiners() }
        while unfinished > 0 {
            if joiners.sleep(until: deadline, unless: { self.unfinished == 0 }) == .over { return unfinished == 0 }
        }
        return true
    }

    private func wakeJoiners() {
        if unfinished == 0, joiners.isWanted.load(ordering: .sequentiallyConsistent) { joiners.wakeAll() }
    }

    // MARK: Shutting down

    /// Lets nothing more in, and wakes all who wait.
    @usableFromInline func shutDown() {
        structure.withLock { structure in
            structure.isShutDown = true
            _ = unsafe putRing.load(ordering: .relaxed).pointee.close()
        }
        getters.wakeAll()
        putters.wakeAll()
    }
}
