public import Synchronization

/// A bounded queue for any number of threads that uses no lock: each cell has a number that says whose turn it is.
///
/// This is Dmitry Vyukov's bounded queue ("Bounded MPMC queue", 1024cores.net). Elements have consecutive positions.
/// Position `p` lives in cell `p % size`, whose number is
///
/// | number | meaning |
/// |---|---|
/// | `2 * p` | free for the element at position `p` |
/// | `2 * p + 1` | holds the element at position `p` |
/// | `2 * (p + size)` | it was taken: free for the next lap |
///
/// (Vyukov uses `p`, `p + 1` and `p + size`, which cannot tell "full" from "free again" when there is one cell.)
/// A putter claims a position by moving `tail` from `p` to `p + 1` once the cell is free; then the cell is its own until
/// it changes the number. A getter does the same with `head`. The number is published with release and read with
/// acquire order: that is what hands the element over.
///
/// `tail` carries one more bit, ``closedBit``: once it is set, no position can be claimed for putting.
///
/// The ring knows positions and numbers only. Elements are moved in and out by ``Queue``, which knows their type.
@safe @usableFromInline struct Ring: ~Copyable {
    /// What came of trying to claim a position.
    @usableFromInline enum Claim {
        /// The caller's, and its alone, until it publishes the cell; and how many of the following ones.
        case position(UInt, count: Int)
        /// Nothing to be had at present, for one of the reasons in ``Obstacle``.
        case none
    }

    /// Why there is nothing to put at, or to get.
    enum Obstacle {
        /// Full (for a put) or empty (for a get).
        case blocked
        /// Another thread is in the middle of taking or filling the cell whose turn it is, or has just done it.
        ///
        /// It will be done in a moment, unless it has lost its processor.
        case busy
        /// Closed (for a put); closed and empty (for a get).
        case closed
    }

    /// The bit of `tail` that says that nothing more goes in.
    @usableFromInline static var closedBit: UInt { 1 << 63 }

    /// How many cells there are.
    @usableFromInline let size: UInt
    /// `size - 1` when that wraps positions, 0 when a division must.
    @usableFromInline let mask: UInt
    @usableFromInline let numbers: UnsafeMutablePointer<Atomic<UInt>>
    /// Room for `size` elements, some of which are there.
    @usableFromInline let elements: UnsafeMutableRawPointer
    /// The position that the next put claims, and ``closedBit``.
    @usableFromInline let tail: PaddedCounter
    /// The position that the next get claims.
    @usableFromInline let head: PaddedCounter
    /// The ring that goes on where this one was closed.
    let next: Atomic<UnsafeMutableRawPointer?>

    /// Makes an empty ring whose first position is `start`.
    init(size: Int, start: UInt, elementSize: Int, alignment: Int) {
        self.size = UInt(size)
        unsafe next = Atomic(nil)
        mask = size & (size - 1) == 0 ? UInt(size) - 1 : 0
        unsafe numbers = .allocate(capacity: size)
        unsafe elements = .allocate(byteCount: size * elementSize, alignment: alignment)
        tail = PaddedCounter(start)
        head = PaddedCounter(start)
        for position in start..<start + UInt(size) {
            unsafe (numbers + cell(of: position)).initialize(to: Atomic(2 &* position))
        }
    }

    deinit {
        unsafe numbers.deallocate()
        unsafe elements.deallocate()
    }

    @inlinable func cell(of position: UInt) -> Int {
        // One cell has mask 0 as well, and needs the division's remainder, which is 0.
        Int(bitPattern: mask != 0 ? position & mask : position % size)
    }

    @inlinable func number(at position: UInt) -> UInt {
        unsafe numbers[cell(of: position)].load(ordering: .acquiring)
    }

    /// Claims a position to put an element at, and up to `limit` in a row.
    ///
    /// Looks at nothing that getters keep changing, but at the cell: a thread that tries again and again must not slow
    /// down the one that it waits for.
    ///
    /// - Parameter end: positions from here on must stay free although there are cells for them.
    @inlinable func claimPut(upTo limit: Int = 1, below end: UInt = closedBit) -> Claim {
        var position = tail.value.load(ordering: .relaxed)
        while position < end {
            guard number(at: position) == 2 &* position else {
                let latest = tail.value.load(ordering: .relaxed)
                if latest == position { return .none }
                position = latest
                continue
            }
            var count = 1
            while count < limit, position &+ UInt(count) < end,
                number(at: position &+ UInt(count)) == 2 &* (position &+ UInt(count))
            { count += 1 }
            let (isOurs, latest) = tail.value.weakCompareExchange(
                expected: position, desired: position &+ UInt(count), ordering: .relaxed)
            if isOurs { return .position(position, count: count) }
            position = latest
        }
        return .none
    }

    /// Claims the position of the oldest element, and up to `limit` in a row.
    ///
    /// Looks at nothing but the cells, either.
    @inlinable func claimGet(upTo limit: Int = 1) -> Claim {
        var position = head.value.load(ordering: .relaxed)
        while true {
            guard number(at: position) == 2 &* position &+ 1 else {
                let latest = head.value.load(ordering: .relaxed)
                if latest == position { return .none }
                position = latest
                continue
            }
            var count = 1
            while count < limit, number(at: position &+ UInt(count)) == 2 &* (position &+ UInt(count)) &+ 1 {
                count += 1
            }
            let (isOurs, latest) = head.value.weakCompareExchange(
                expected: position, desired: position &+ UInt(count), ordering: .relaxed)
            if isOurs { return .position(position, count: count) }
            position = latest
        }
    }

    /// Why nothing can be put at present; `nil` when something can.
    func obstacleToPut() -> Obstacle? {
        // In this order: what was taken by then was put before.
        let taken = head.value.load(ordering: .sequentiallyConsistent)
        let position = tail.value.load(ordering: .sequentiallyConsistent)
        if position & Self.closedBit != 0 { return .closed }
        if number(at: position) == 2 &* position { return nil }
        return position &- taken >= size ? .blocked : .busy
    }

    /// Why nothing can be got at present; `nil` when something can.
    func obstacleToGet() -> Obstacle? {
        let position = head.value.load(ordering: .sequentiallyConsistent)
        let end = tail.value.load(ordering: .sequentiallyConsistent)
        if number(at: position) == 2 &* position &+ 1 { return nil }
        guard end & ~Self.closedBit == position else { return .busy }
        return end == position ? .blocked : .closed
    }

    /// Shows getters the element that was put at a claimed position.
    @inlinable func publishPut(_ position: UInt) {
        unsafe numbers[cell(of: position)].store(2 &* position &+ 1, ordering: .releasing)
    }

    /// Shows putters that the element at a claimed position was taken.
    ///
    /// Ordered as ``publishPut(_:)``.
    @inlinable func publishGet(_ position: UInt) {
        unsafe numbers[cell(of: position)].store(2 &* (position &+ size), ordering: .releasing)
    }

    /// Lets no further position be claimed for putting.
    ///
    /// - Returns: the position at which the ring ends.
    func close() -> UInt {
        let (end, _) = tail.value.bitwiseOr(Self.closedBit, ordering: .sequentiallyConsistent)
        return end & ~Self.closedBit
    }
}
