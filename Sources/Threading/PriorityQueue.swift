/// A queue between threads that gives the least element first; among equals, the one that came first.
///
/// For another order, or elements that are not comparable, wrap them in a type whose `<` says who goes first.
public typealias PriorityQueue<Element: Comparable & Sendable> = OrderedQueue<HeapStorage<Element>>

/// The least element first, equal ones in the order of their arrival: a binary heap.
///
/// - Complexity: O(log n) comparisons for each call.
public struct HeapStorage<Element: Comparable & Sendable>: QueueStorage {
    @usableFromInline struct Entry: Sendable {
        @usableFromInline let element: Element
        @usableFromInline let arrival: UInt64

        @inlinable init(element: Element, arrival: UInt64) {
            self.element = element
            self.arrival = arrival
        }

        @inlinable func goesBefore(_ other: Entry) -> Bool {
            if element < other.element { return true }
            if other.element < element { return false }
            return arrival < other.arrival
        }
    }

    // Each entry goes before the two at 2i + 1 and 2i + 2.
    @usableFromInline var entries: [Entry] = []
    @usableFromInline var arrivals: UInt64 = 0

    /// Makes an empty storage.
    @inlinable public init() {}

    /// How many elements it holds.
    @inlinable public var count: Int { entries.count }

    /// Puts an element where its turn is.
    @inlinable public mutating func insert(_ element: consuming Element) {
        entries.append(Entry(element: element, arrival: arrivals))
        arrivals += 1
        var index = entries.count - 1
        while index > 0 {
            let parent = (index - 1) / 2
            guard entries[index].goesBefore(entries[parent]) else { return }
            entries.swapAt(index, parent)
            index = parent
        }
    }

    /// Takes the least element.
    @inlinable public mutating func removeNext() -> Element? {
        guard let last = entries.popLast() else { return nil }
        guard let first = entries.first else { return last.element }
        entries[0] = last
        var index = 0
        while let child = smallerChild(of: index), entries[child].goesBefore(entries[index]) {
            entries.swapAt(index, child)
            index = child
        }
        return first.element
    }

    @inlinable func smallerChild(of index: Int) -> Int? {
        let left = 2 * index + 1
        guard left < entries.count else { return nil }
        let right = left + 1
        return right < entries.count && entries[right].goesBefore(entries[left]) ? right : left
    }
}
