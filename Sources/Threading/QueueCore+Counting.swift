internal import Synchronization

/// How many elements wait, and how many are done.
extension QueueCore {
    /// How many elements were ever put.
    var putCount: UInt {
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

    var unfinished: UInt { putCount &- done.value.load(ordering: .sequentiallyConsistent) }

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

    func wakeJoiners() {
        if unfinished == 0, joiners.state.load(ordering: .sequentiallyConsistent).isWanted { joiners.wakeAll() }
    }
}
