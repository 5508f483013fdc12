/// A last-in, first-out queue between threads: a stack that waits.
public typealias LIFOQueue<Element: Sendable> = OrderedQueue<LIFOStorage<Element>>

/// Last in, first out.
///
/// - Complexity: O(1) for each call.
public struct LIFOStorage<Element: Sendable>: QueueStorage {
    private var elements: [Element] = []

    /// Makes an empty storage.
    public init() {}

    /// How many elements it holds.
    public var count: Int { elements.count }

    /// Puts an element before all others.
    public mutating func insert(_ element: consuming Element) { elements.append(element) }

    /// Takes the element that came last.
    public mutating func removeNext() -> Element? { elements.popLast() }
}
