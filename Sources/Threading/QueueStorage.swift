/// In which order a queue gives back what it holds.
///
/// A storage is a plain value without locks: ``OrderedQueue`` calls it under its own.
public protocol QueueStorage<Element>: Sendable {
    /// What it stores.
    associatedtype Element: Sendable

    /// Makes an empty storage.
    init()

    /// How many elements it holds.
    var count: Int { get }

    /// Takes in one more.
    mutating func insert(_ element: consuming Element)

    /// Gives out whose turn it is; `nil` when it is empty.
    mutating func removeNext() -> Element?
}
