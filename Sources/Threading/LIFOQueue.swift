/// A last-in, first-out queue between threads: a stack that waits.
public typealias LIFOQueue<Element: Sendable> = OrderedQueue<LIFOStorage<Element>>

/// Last in, first out.
///
/// - Complexity: O(1) for each call.
public struct LIFOStorage<Element: Sendable>: QueueStorage {
    @usableFromInline var elements: [Element] = []

    /// Makes an empty storage.
    @inlinable public init() {}

    /// How many elements it holds.
    @inlinable public var count: Int { elements.count }

    /// Puts an element before all others.
    @inlinable public mutating func insert(_ element: consuming Element) { elements.append(element) }

    /// Takes the element that came last.
    @inlinable public mutating func removeNext() -> Element? { elements.popLast() }
}
