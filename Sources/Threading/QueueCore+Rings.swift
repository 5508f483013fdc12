internal import Synchronization

/// The rings behind each other, and what is in the way of putting and getting.
extension QueueCore {
    /// The first position that the capacity forbids; a fixed ring sees to that by itself.
    var end: UInt {
        guard isGrowing, let capacity else { return Ring.closedBit }
        return unsafe getRing.load(ordering: .acquiring).pointee.head.value.load(ordering: .sequentiallyConsistent)
            + UInt(capacity)
    }

    /// Why nothing can be put; `nil` when something can, if need be in a larger ring.
    var obstacleToPut: Ring.Obstacle? {
        guard isGrowing else { return unsafe putRing.load(ordering: .acquiring).pointee.obstacleToPut() }
        if structure.withLock({ $0.isShutDown }) { return .closed }
        return isFull ? .blocked : nil
    }

    /// Why nothing can be got.
    ///
    /// ``Ring/Obstacle/closed`` may also mean that a larger ring goes on.
    var obstacleToGet: Ring.Obstacle? {
        unsafe getRing.load(ordering: .acquiring).pointee.obstacleToGet()
    }

    /// Replaces a full ring by one of twice its size, unless another thread has done it.
    func grow(_ ring: UnsafeMutablePointer<Ring>) {
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
    func moveOn(from ring: UnsafeMutablePointer<Ring>) -> Bool {
        if unsafe Self.next(after: ring, ordering: .acquiring) == nil, structure.withLock({ $0.isShutDown }) {
            // Under the lock no replacement was under way: had there been one before, it would be seen now.
            guard unsafe Self.next(after: ring, ordering: .acquiring) != nil else { return false }
        }
        if let next = unsafe Self.next(after: ring, ordering: .acquiring) {
            unsafe _ = getRing.compareExchange(expected: ring, desired: next, ordering: .acquiringAndReleasing)
        }
        return true
    }

    static func next(
        after ring: UnsafeMutablePointer<Ring>, ordering: AtomicLoadOrdering
    ) -> UnsafeMutablePointer<Ring>? {
        let next =
            switch ordering {
            case .relaxed: unsafe ring.pointee.next.load(ordering: .relaxed)
            default: unsafe ring.pointee.next.load(ordering: .acquiring)
            }
        return unsafe next?.assumingMemoryBound(to: Ring.self)
    }

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
