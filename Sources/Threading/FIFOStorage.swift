/// First in, first out: a ring buffer that doubles when it is full.
///
/// - Complexity: O(1) for each call, amortised over the doublings for ``insert(_:)``.
public struct FIFOStorage<Element: Sendable>: QueueStorage {
    // Empty cells are nil. The size is a power of two, so that a mask wraps positions.
    @usableFromInline var cells: [Element?]
    @usableFromInline var head = 0
    @usableFromInline var filled = 0

    /// How many elements it holds.
    @inlinable public var count: Int { filled }

    /// Makes an empty storage.
    @inlinable public init() { cells = Array(repeating: nil, count: 16) }

    /// Puts an element behind all others.
    @inlinable public mutating func insert(_ element: consuming Element) {
        if filled == cells.count { grow() }
        cells[(head + filled) & (cells.count - 1)] = consume element
        filled += 1
    }

    /// Takes the element that has been here longest.
    @inlinable public mutating func removeNext() -> Element? {
        guard filled > 0 else { return nil }
        let element = cells[head].take()
        head = (head + 1) & (cells.count - 1)
        filled -= 1
        return element
    }

    @inlinable mutating func grow() {
        cells = Array(cells[head...]) + Array(cells[..<head]) + Array(repeating: nil, count: cells.count)
        head = 0
    }
}
